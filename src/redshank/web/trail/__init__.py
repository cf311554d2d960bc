"""The audit of the pages: each read of a personal record and each act, with who, when, what and why."""
