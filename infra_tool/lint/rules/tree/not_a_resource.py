"""A file that is listed as a resource is none: values, a patch, a kustomization file, a template, `.sops.yaml`.

Kustomize refuses every document without `kind` and `metadata.name`, and with it everything that is built together. A
patch that has both is taken for a second object of that name.

```yaml
resources:
  - deployment.yaml
  - values.yaml     # the values of a Helm chart
```

Fix: list the file where it belongs (`patches:`, `configMapGenerator:`, `helmCharts:`), name a directory instead of its
kustomization file, or take the entry out.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Build, NotKrm, Unreadable
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.problems import mark, marks, problems
from infra_tool.lint.read import is_template
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import lookup

CODE = "T018"
NAME = "not-a-resource"
SEVERITY: Severity = "error"
PATCHES = ("patches.path", "patchesStrategicMerge", "patchesJson6902.path")


def check(repo: Repo) -> Iterator[Mark]:
    """Yield every resource that is none."""
    yield from marks(repo, NotKrm)
    yield from _unreadable(repo)
    for build in repo.builds.values():
        yield from _patches(build)


def _unreadable(repo: Repo) -> Iterator[Mark]:
    """Yield what cannot be read, unless it is broken YAML, which is reported in that file itself."""
    for problem in problems(repo, Unreadable):
        source = repo.sources.get(problem.target) if isinstance(problem, Unreadable) else None
        if source is None or source.error is None or is_template(source):
            yield mark(repo, problem)


def _patches(build: Build) -> Iterator[Mark]:
    named = {(given.owner, given.path): given.entry.field for given in build.inputs if given.entry.field in PATCHES}
    for path, entry, chain, _, file in build.files:
        field = named.get((chain[-1], path))
        roots = [document.root for document in file.documents] if file is not None else []
        if field is None and not any(lookup(root, "$patch") is not None for root in roots):
            continue
        where = f", which {field.partition('.')[0]} names too" if field else ""
        help_ = "take it out of resources" if field else "list it under patches"
        yield at(chain[-1].file, entry.node, f"{path} is a patch{where}, not a resource", help_)
