"""Rules about kustomizations and what they name."""
