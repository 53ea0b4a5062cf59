"""K: objects against the schemas of the target version of Kubernetes."""
