"""Kubernetes has no such kind, or not in this apiVersion, at the target version (`kubernetes:` in the configuration).

Flux stops at the first such object: nothing of its Kustomization is applied. Objects of groups that are not Kubernetes'
own come from custom resource definitions; those without a known schema are counted as unchecked, not reported. So is
what is new in a later Kubernetes, as long as the configuration does not say which one the clusters have.

```yaml
apiVersion: apps/v1
kind: Deploymnet         # did you mean Deployment?
```

Fix: write the kind and apiVersion that the message names.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.report import Unchecked
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import unchecked, violations

CODE = "K002"
NAME = "unknown-kind"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark | Unchecked]:
    """Yield what is of no known kind, and what cannot be known."""
    yield from violations("K002", applied, facts)
    yield from unchecked(applied, facts)
