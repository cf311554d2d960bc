"""Version 1: one module for each kind of thing, and the shapes of what comes in and goes out."""
