"""A value of a Secret is still the stub that `new-service` wrote.

The service runs with a value that is no real one: it will fail to log in somewhere, or worse, not fail. Which keys are
stubs stands in the annotation `infra-tool/stub-keys`, which is not encrypted, so that no key is needed to tell.

```yaml
metadata:
  annotations:
    infra-tool/stub-keys: API_TOKEN
```

Fix: `infra-tool secret set SERVICE API_TOKEN`, which takes it off the list.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.encryption import problems
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Source

CODE = "S022"
NAME = "stub-secret"
SEVERITY: Severity = "info"


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield keys with a stub."""
    yield from problems(source, ("stub-key",), f"infra-tool secret set {source.path} KEY")
