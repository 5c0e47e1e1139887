"""Rules of the pillar disaster-recovery."""
