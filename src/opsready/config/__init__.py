"""Configuration: found, validated, and every value with its origin."""
