"""A Component is listed under `resources`, or a plain kustomization under `components`.

Kustomize refuses both: a Component changes what is included beside it, a kustomization stands for itself.

```yaml
resources:
  - ../../components/registry-pull     # kind: Component
```

Fix: list it under the other field.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import WrongKind
from infra_tool.lint.mark import Mark
from infra_tool.lint.problems import marks
from infra_tool.lint.subject import Repo

CODE = "T019"
NAME = "wrong-kustomization-kind"
SEVERITY: Severity = "error"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield every entry under the wrong field."""
    return marks(repo, WrongKind)
