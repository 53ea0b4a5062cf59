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
from infra_tool.lint import listing
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
            mark = at(file.file, None, f"{directory} is registered in no cluster", help_)
            yield _registered(mark, repo, directory)


def _registered(mark: Mark, repo: Repo, directory: str) -> Mark:
    """Return a mark with the fix where there is one cluster, whose list names the directories of services."""
    clusters = repos.clusters(repo.tree)
    if len(clusters) != 1 or repos.detect_layout(repo.tree, repo.facts.config, *clusters) != "shared":
        return mark
    return listing.listed(mark, repo, repos.cluster_root(*clusters), f"../../{directory}")
