"""A service is held: builds of its app do not get into the cluster.

Somebody held it, mostly with a rollback, until something is put right. `infra-tool bump` refuses it meanwhile, so that
CI of the app ends in an error. A hold that nobody remembers keeps out fixes too.

```yaml
# apps/n8n/.hold
by: laura
at: 2026-05-01T10:00:00Z
reason: the migration of 1.71 loses data
```

Fix: once the reason is gone, `infra-tool unhold n8n`, which deploys nothing itself.
"""

from collections.abc import Iterator

from infra_tool.apps.app import HOLD
from infra_tool.apps.hold import load
from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Repo
from infra_tool.repo import kustomization_paths

CODE = "I016"
NAME = "held-service"
SEVERITY: Severity = "info"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield the hold of each service."""
    for path in repo.sources:
        directory, _, name = path.rpartition("/")
        hold = load(repo.tree, path) if name == HOLD and kustomization_paths(repo.tree, directory) else None
        if hold is not None:
            service = directory.rpartition("/")[2]
            yield Mark(path, 1, 1, None, None, f"{service} is {hold}", f"infra-tool unhold {service}")
