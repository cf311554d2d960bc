"""Who may see what. ``sight.visible`` is the one function; ``gate`` lets no route pass that has no policy."""
