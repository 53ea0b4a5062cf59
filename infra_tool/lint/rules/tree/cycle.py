"""Kustomizations include each other.

Kustomize refuses to build any of them. A directory around the one that names it counts as well.

```yaml
# apps/n8n/kustomization.yaml
resources:
  - ../base     # and apps/base/kustomization.yaml lists ../n8n
```

Fix: take one of the entries on the way out. What both need belongs into a third directory that includes neither.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Cycle
from infra_tool.lint.mark import Mark
from infra_tool.lint.problems import marks
from infra_tool.lint.subject import Repo

CODE = "T003"
NAME = "cycle"
SEVERITY: Severity = "error"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield every entry that leads back."""
    return marks(repo, Cycle)
