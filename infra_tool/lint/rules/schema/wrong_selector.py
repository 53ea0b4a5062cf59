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

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K011"
NAME = "wrong-selector"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield selectors that miss."""
    yield from violations("K011", applied, facts)
