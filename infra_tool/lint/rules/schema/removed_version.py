"""The API version of an object was removed before the target version of Kubernetes (`kubernetes:`).

Flux stops at such an object: nothing of its Kustomization is applied. `--kubernetes-version` shows what an upgrade will
break before it is made.

```yaml
apiVersion: policy/v1beta1       # removed in 1.25: policy/v1
kind: PodDisruptionBudget
```

Fix: write the apiVersion that the message names, and look whether fields changed with it (then K003 tells).
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K101"
NAME = "removed-version"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield objects that the API server does not know any more."""
    yield from violations("K101", applied, facts)
