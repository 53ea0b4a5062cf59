"""A field that must have a value has none: nothing stands behind its colon, or `null`.

YAML reads that as null, which is no text, number or list. Typical is a line of which only the key is left.

```yaml
ports:
  - name: http
    containerPort:           # nothing
```

Fix: give it a value, or remove the line.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K016"
NAME = "null-value"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield fields that were left empty."""
    yield from violations("K016", applied, facts)
