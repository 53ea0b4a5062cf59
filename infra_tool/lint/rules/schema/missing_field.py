"""A field is missing without which the API server refuses the object.

Also where the schema of Kubernetes calls the field optional, such as `spec` of a Deployment. What a patch on the way
into the cluster adds is not missing.

```yaml
kind: Deployment
spec:
  template: {}           # and no selector
```

Fix: add the field.
"""

from infra_tool.finding import Severity

CODE = "K005"
NAME = "missing-field"
SEVERITY: Severity = "error"
