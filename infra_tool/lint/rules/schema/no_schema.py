"""A custom resource has no schema here: it was not checked.

It is no finding; the summary counts such objects and names their kinds, since what was not checked must not pass as
clean. Schemas come from the definitions (CRDs) that the clusters get from this repo; those that a Helm chart
installs are not in it.

```yaml
apiVersion: cert-manager.io/v1
kind: Certificate              # its definition comes with the chart
```

Fix: none is needed. Where it matters, put the definitions into the repo.
"""

from infra_tool.finding import Severity

CODE = "K201"
NAME = "no-schema"
SEVERITY: Severity = "info"
