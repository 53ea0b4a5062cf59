"""W: how well workloads are made, as strictly as `lint.profile` says."""
