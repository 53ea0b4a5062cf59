"""The selector of a workload does not select the pods that it makes, or selects nothing at all.

The API server refuses the object.

```yaml
selector:
  matchLabels: {app: n8n}
template:
  metadata:
    labels: {app: web}       # not n8n
```

Fix: give both the same labels. The selector of a workload that is running cannot be changed; its template can.
"""

from infra_tool.finding import Severity

CODE = "K011"
NAME = "wrong-selector"
SEVERITY: Severity = "error"
