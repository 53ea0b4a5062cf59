"""Rules about YAML as such."""
