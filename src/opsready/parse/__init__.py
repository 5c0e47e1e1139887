"""Bytes to syntax trees whose every key and value has a position; never raises, yields diagnostics."""
