"""A kustomization names a file or directory that does not exist.

Neither kustomize nor Flux builds anything of a kustomization with such an entry: every service that is built with it
stays as it is. The same goes for a file where a directory is needed, and the other way round.

```yaml
resources:
  - deploymnet.yaml     # the file is called deployment.yaml
```

Fix: correct the path, which is relative to the directory of the kustomization file, or add what is missing. Case counts
in the cluster, even where it does not on a laptop.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Missing, WrongTarget
from infra_tool.lint.mark import Mark
from infra_tool.lint.problems import marks
from infra_tool.lint.subject import Repo

CODE = "T001"
NAME = "missing-target"
SEVERITY: Severity = "error"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield every entry that leads nowhere."""
    return marks(repo, Missing, WrongTarget)
