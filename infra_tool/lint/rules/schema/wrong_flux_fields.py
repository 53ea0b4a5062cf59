"""Fields of a Flux object contradict each other.

Flux takes, for example, either a chart or a reference to one, and a Receiver needs the Secret that its senders know.
The API server refuses the object, and Flux with it all of the Kustomization.

```yaml
kind: HelmRelease
spec:
  chart: {}
  chartRef: {}               # only one of them
```

Fix: remove or add what the message names.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violations

CODE = "K203"
NAME = "wrong-flux-fields"
SEVERITY: Severity = "error"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield Flux objects that contradict themselves."""
    yield from violations("K203", applied, facts)
