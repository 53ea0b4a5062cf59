"""A service in `apps/` is registered in no cluster.

It is all there and does not run. Mostly the last step of adding it was forgotten, or a merge took the line out again.

```yaml
# clusters/koala/kustomization.yaml, while there is apps/n8n/kustomization.yaml
resources:
  - ../../apps/supervisor
```

Fix: add the directory to the list of the cluster that is to run it (`infra-tool new-service NAME` with the same answers
does), or remove it.
"""

from collections.abc import Iterator

from infra_tool import repo as repos
from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.references import References
from infra_tool.lint.subject import Repo

CODE = "T006"
NAME = "unregistered-service"
SEVERITY: Severity = "warning"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield each service that no cluster gets."""
    references = References(repo)
    if not references.are_known():
        return
    for name in repos.services(repo.tree):
        directory = f"{repos.APPS}/{name}"
        file = repo.graph.load(directory).file
        if file is not None and file.kind == "Kustomization" and not references.includes(directory):
            help_ = f"list ../../{directory} in the kustomization.yaml of a cluster"
            yield at(file.file, None, f"{directory} is registered in no cluster", help_)
