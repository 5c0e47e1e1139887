"""Rules of the pillar capacity-and-resilience."""
