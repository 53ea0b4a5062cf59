"""A kustomization names a directory that has no kustomization file.

Kustomize includes a directory by its own `kustomization.yaml` alone, and refuses one without. (Flux makes one only for
the path of a Flux Kustomization, not for directories that are named in `resources`.)

```yaml
resources:
  - ../../apps/n8n     # apps/n8n/ holds deployment.yaml and nothing else
```

Fix: add a `kustomization.yaml` that lists the files of the directory, or name the files themselves.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import NoKustomization
from infra_tool.lint.mark import Mark
from infra_tool.lint.problems import marks
from infra_tool.lint.subject import Repo

CODE = "T002"
NAME = "no-kustomization"
SEVERITY: Severity = "error"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield every directory that kustomize would not take."""
    return marks(repo, NoKustomization)
