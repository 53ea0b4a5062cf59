"""The rules for sops are in `.sops.yml`, a name that sops does not look for.

`sops` and `infra-tool` find no rule, and encrypt nothing or to nobody in particular.

```text
.sops.yml                          # .sops.yaml
```

Fix: rename the file to `.sops.yaml`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Source

CODE = "S025"
NAME = "ignored-rules"
SEVERITY: Severity = "error"


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield files of that name."""
    if source.path.rpartition("/")[2] == ".sops.yml":
        yield Mark(source.path, 1, 1, None, None, "sops ignores a file of this name", "rename it to .sops.yaml")
