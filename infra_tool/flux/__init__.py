"""The Flux Kustomizations of a repo and what each applies."""
