"""Rules of the pillar infrastructure-as-code."""
