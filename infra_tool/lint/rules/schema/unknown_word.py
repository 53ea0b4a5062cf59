"""A value is none of the few words that its field takes.

The schema of Kubernetes takes any text there, so that other checks pass it; the API server does not.

```yaml
containers:
  - name: n8n
    imagePullPolicy: Alwayz      # Always, IfNotPresent or Never
```

Fix: write one of the words that the message names; the case matters.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K006"
NAME = "unknown-word"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield values that are not among those that there are."""
    yield from violations("K006", applied, facts)
