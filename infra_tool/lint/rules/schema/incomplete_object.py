"""An object does not say what it is: `apiVersion`, `kind` or `metadata.name` is missing.

The API server refuses such an object, and kustomize one without `kind` or name, with everything that is built with it.

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  labels: {app: n8n}     # no name
```

Fix: add what the message names. A file that is a patch belongs under `patches:`, not under `resources:`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K001"
NAME = "incomplete-object"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield what an object lacks to be one."""
    yield from violations("K001", applied, facts)
