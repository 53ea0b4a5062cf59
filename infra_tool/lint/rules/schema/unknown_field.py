"""A field that this kind does not have, at the target version of Kubernetes.

Flux applies with strict validation on the server, which refuses the object; without it the field would be dropped
silently, and what it was to do would not happen. Mostly a misspelling or a wrong indentation.

```yaml
spec:
  containers:
    - name: n8n
      imagee: n8nio/n8n:1.70.0     # did you mean image?
```

Fix: rename the field, or move it to where the message says it belongs.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K003"
NAME = "unknown-field"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield fields that do not exist."""
    yield from violations("K003", applied, facts)
