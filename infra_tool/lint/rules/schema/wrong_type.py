"""A value is of another type than its field takes, at the target version of Kubernetes.

The API server refuses the object. Typical are numbers and booleans in quotes, and environment variables or labels
without: YAML reads `value: 8080` as a number, and Kubernetes takes only strings there.

```yaml
env:
  - name: PORT
    value: 8080          # a number
```

Fix: put the value in quotes, or take them away. A value that Flux substitutes (`${VAR}`) and one that is encrypted are
not judged.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K004"
NAME = "wrong-type"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield values of the wrong type."""
    yield from violations("K004", applied, facts)
