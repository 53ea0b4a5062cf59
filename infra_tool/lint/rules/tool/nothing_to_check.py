"""There is nothing that a cluster gets: no cluster, or one that gets no object.

A check that looked at nothing must not pass for a clean one: the directory may be the wrong one, or a change may have
emptied the list of what the cluster runs, upon which Flux would remove all of it.

```yaml
# clusters/koala/kustomization.yaml
resources: []
```

In a repo with `.infra-tool.yaml` this is how one starts, and no more than an information: make a cluster by `infra-tool
new-cluster`, a service by `infra-tool new-service`. It is a warning for one of several Flux Kustomizations, on which
others may depend, and where there are manifests for another tool than Flux, or from a source that is not this repo:
rules about single files judged them. Elsewhere, check that lint runs where `clusters/` is, or where the Flux
Kustomizations are.
"""

from collections.abc import Iterator

from infra_tool import repo as repos
from infra_tool.finding import Severity
from infra_tool.kustomize import Build
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Repo, Source
from infra_tool.yamldoc import text

CODE = "X004"
NAME = "nothing-to-check"
SEVERITY: Severity = "error"
HERE = "."


def check(repo: Repo) -> Iterator[Mark]:
    """Yield each cluster that gets nothing; the repo, where there is no cluster."""
    severity: Severity = "info" if repo.facts.is_ours else "error"
    if not repo.roots:
        path = repos.PATH if repo.facts.is_ours else HERE
        message = "there is no cluster: neither a directory in clusters/ nor a Flux Kustomization of this repo"
        if severity == "error" and any(map(_has_objects, repo.sources.values())):
            severity, message = "warning", f"{message}; files were judged each by itself"
        yield _mark(path, message, "make one with infra-tool new-cluster", severity)
    empty = [build for build in repo.builds.values() if _is_empty(build)]
    clusters = {repos.cluster_root(root.cluster) for root in repo.roots if root.cluster is not None}
    for build in empty:
        path = next(iter(repo.graph.places.kustomizations(build.directory)), build.directory or HERE)
        message = f"{build.directory or 'the repo'} gives the cluster no object"
        is_part = build.directory not in clusters and len(empty) < len(repo.builds)
        yield _mark(path, message, None, "warning" if is_part and severity == "error" else severity)


def _is_empty(build: Build) -> bool:
    makes = any(file.makes_objects for file in build.kustomizations)
    return not (build.files or build.remotes or build.problems or makes)


def _has_objects(source: Source) -> bool:
    documents = source.file.documents if source.file is not None else ()
    return any(text(document.root, "apiVersion") and text(document.root, "kind") for document in documents)


def _mark(path: str, message: str, help_: str | None, severity: Severity) -> Mark:
    return Mark(path, 1, 1, None, None, message, help_, severity=severity)
