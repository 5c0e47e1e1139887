"""Rules of the pillar progressive-delivery."""
