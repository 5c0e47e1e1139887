"""JSON Schemas (2020-12) of the files that opsready reads and writes."""
