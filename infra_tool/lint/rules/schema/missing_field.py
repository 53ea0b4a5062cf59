"""A field is missing without which the API server refuses the object.

Also where the schema of Kubernetes calls the field optional, such as `spec` of a Deployment. What a patch on the way
into the cluster adds is not missing.

```yaml
kind: Deployment
spec:
  template: {}           # and no selector
```

Fix: add the field.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K005"
NAME = "missing-field"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield objects that lack a field."""
    yield from violations("K005", applied, facts)
