"""Pages about what is found of decisions themselves; opsready makes these findings once everything is judged."""
