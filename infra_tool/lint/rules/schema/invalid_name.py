"""A name, label or annotation has characters that it cannot have, or is too long.

Most names are made of lower-case letters, digits and `-`, with a letter or digit at both ends; labels take upper-case
letters, `_` and `.` as well, at most 63 of them. Only the value of an annotation is free.

```yaml
metadata:
  name: my_app               # my-app
```

Fix: rename it, and everything that refers to it.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K009"
NAME = "invalid-name"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield names that there cannot be."""
    yield from violations("K009", applied, facts)
