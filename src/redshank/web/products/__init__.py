"""Products on the pages: drafted from what the writer may see, edited, reviewed, signed, frozen and kept."""
