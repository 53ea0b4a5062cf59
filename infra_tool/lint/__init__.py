"""Judge a tree: the gate before a push."""
