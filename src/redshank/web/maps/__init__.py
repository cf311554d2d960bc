"""The profile by place: cells over the outlines of districts, a table beside them, files. No tile server, no street map."""
