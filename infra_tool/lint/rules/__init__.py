"""The rules: one module each, in the package of its family; the lists of them are in the registry."""
