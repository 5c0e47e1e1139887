"""Syntax trees to units of evaluated resources."""
