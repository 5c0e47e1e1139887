"""The neutral model: frozen facts without I/O, one module per family of entities."""
