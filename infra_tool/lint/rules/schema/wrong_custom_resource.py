"""A custom resource does not fit its definition.

Held against the definitions (CRDs) that the clusters get from this repo, such as those in `gotk-components.yaml`.
For the kinds of Flux there is a schema that infra-tool brings along; a field that only this one lacks is a warning,
since a later Flux may have it.

```yaml
kind: Kustomization
spec:
  interval: 10 minutes       # 10m
```

Fix: write what the message says.
"""

from infra_tool.finding import Severity

CODE = "K202"
NAME = "wrong-custom-resource"
SEVERITY: Severity = "error"
