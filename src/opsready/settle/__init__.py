"""What changes a verdict after it was given: attestations, ignores, causes."""
