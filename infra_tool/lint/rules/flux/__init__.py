"""F: what Flux is told to apply."""
