"""A pod has no containers, or a container has no name or no image.

The API server refuses the object. What a patch on the way into the cluster adds is not missing.

```yaml
containers:
  - name: n8n                # and no image
```

Fix: add what is missing.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K014"
NAME = "no-container"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield pods that cannot run anything."""
    yield from violations("K014", applied, facts)
