"""A path or a symlink leads out of the repo.

Flux gets the repo and nothing around it: there, such a path leads nowhere, or to what someone else put there. Kustomize
on a laptop may find it all the same, so that the mistake is seen in the cluster first.

```yaml
resources:
  - ../../../shared/monitoring     # from apps/n8n/, this is beside the repo
```

Fix: copy what is needed into the repo, or name it by URL with a fixed revision. A symlink may point to anything inside
the repo, by a relative path.
"""

from collections.abc import Iterator

from infra_tool.edits import shown
from infra_tool.finding import Severity
from infra_tool.kustomize import LeavesRepo
from infra_tool.lint.mark import Mark
from infra_tool.lint.problems import marks
from infra_tool.lint.read import LEAVES
from infra_tool.lint.subject import Repo

CODE = "T012"
NAME = "leaves-repo"
SEVERITY: Severity = "error"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield every way out."""
    yield from marks(repo, LeavesRepo)
    for path, reason in repo.reasons.items():
        if reason == LEAVES:
            yield Mark(shown(path), 1, 1, None, None, LEAVES, "point it to something inside of the repo")
