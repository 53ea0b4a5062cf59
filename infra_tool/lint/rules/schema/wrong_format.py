"""A quantity, duration, schedule, share, time zone or address is not written as its field takes it.

```yaml
resources:
  limits:
    memory: 128MB            # 128M or 128Mi
```

```yaml
schedule: "0 3 * *"          # five fields
```

Fix: write it as the message says. `m` is a thousandth: `memory: 128m` is less than a byte.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K008"
NAME = "wrong-format"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield values that cannot be read."""
    yield from violations("K008", applied, facts)
