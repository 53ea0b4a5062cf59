"""A field that must have a value has none: nothing stands behind its colon, or `null`.

YAML reads that as null, which is no text, number or list. Typical is a line of which only the key is left.

```yaml
ports:
  - name: http
    containerPort:           # nothing
```

Fix: give it a value, or remove the line.
"""

from infra_tool.finding import Severity

CODE = "K016"
NAME = "null-value"
SEVERITY: Severity = "error"
