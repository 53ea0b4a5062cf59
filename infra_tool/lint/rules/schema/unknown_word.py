"""A value is none of the few words that its field takes.

The schema of Kubernetes takes any text there, so that other checks pass it; the API server does not.

```yaml
containers:
  - name: n8n
    imagePullPolicy: Alwayz      # Always, IfNotPresent or Never
```

Fix: write one of the words that the message names; the case matters.
"""

from infra_tool.finding import Severity

CODE = "K006"
NAME = "unknown-word"
SEVERITY: Severity = "error"
