"""Rules of the pillar observability."""
