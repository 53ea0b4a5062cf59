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

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K202"
NAME = "wrong-custom-resource"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield custom resources that their definition refuses."""
    yield from violations("K202", applied, facts)
