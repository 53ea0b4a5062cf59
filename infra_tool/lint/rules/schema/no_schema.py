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

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.report import Unchecked
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import unchecked

CODE = "K201"
NAME = "no-schema"
SEVERITY: Severity = "info"


def check(applied: Applied, facts: Facts) -> Iterator[Unchecked]:
    """Yield what could not be checked."""
    yield from unchecked(applied, facts)
