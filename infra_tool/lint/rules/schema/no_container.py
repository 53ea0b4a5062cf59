"""A pod has no containers, or a container has no name or no image.

The API server refuses the object. What a patch on the way into the cluster adds is not missing.

```yaml
containers:
  - name: n8n                # and no image
```

Fix: add what is missing.
"""

from infra_tool.finding import Severity

CODE = "K014"
NAME = "no-container"
SEVERITY: Severity = "error"
