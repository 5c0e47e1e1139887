"""Resources to neutral entities: what knows the vocabulary and the defaults of platforms and formats."""
