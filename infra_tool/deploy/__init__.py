"""Move image tags: what `infra-tool bump` does."""
