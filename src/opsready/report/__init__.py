"""One `Report` value and one renderer a file; a renderer computes nothing."""
