"""Fields contradict each other, or a value makes no sense where it is.

For example a request above its limit, a probe with two ways to ask, a Deployment whose pods are not restarted, or
settings of a rolling update where pods are recreated. The API server refuses the object.

```yaml
strategy:
  type: Recreate
  rollingUpdate: {maxSurge: 1}     # only with type RollingUpdate
```

Fix: remove or change what the message names.
"""

from infra_tool.finding import Severity

CODE = "K013"
NAME = "contradiction"
SEVERITY: Severity = "error"
