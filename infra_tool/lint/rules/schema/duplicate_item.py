"""A list has two items that the API server takes for the same.

It tells containers, volumes and variables apart by name, ports by number and protocol, mounts by path. Flux applies on
the server, which refuses the object; elsewhere the last one wins without a word.

```yaml
env:
  - name: PORT
    value: "8080"
  - name: PORT               # again
    value: "9090"
```

Fix: remove one of them, or rename it.
"""

from infra_tool.finding import Severity

CODE = "K010"
NAME = "duplicate-item"
SEVERITY: Severity = "error"
