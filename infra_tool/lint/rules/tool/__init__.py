"""Rules about lint itself."""
