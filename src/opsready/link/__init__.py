"""Entities to a graph of what links to what."""
