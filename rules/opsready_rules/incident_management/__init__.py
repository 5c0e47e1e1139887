"""Rules of the pillar incident-management."""
