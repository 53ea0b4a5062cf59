"""A Flux Kustomization applies a directory that is not in the repo.

Flux reports `kustomization path not found` and applies nothing of it; what it applied before stays as it was. Looked at
are Flux Kustomizations of this repo's own source, `spec.path` and `spec.components`.

```yaml
kind: Kustomization
spec:
  path: ./apps/n8m             # the directory is called n8n
```

Fix: correct the path, or commit the directory.
"""

import posixpath
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.flux import FluxKustomization
from infra_tool.kustomize import Is
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Scalar, Sequence, lookup

CODE = "F001"
NAME = "missing-path"
SEVERITY: Severity = "error"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield paths that lead nowhere."""
    for each in repo.flux:
        if each.is_own and each.path is not None:
            yield from _judge(repo, each, each.path)


def _judge(repo: Repo, each: FluxKustomization, path: str) -> Iterator[Mark]:
    place = each.path_node
    if place is not None and not _is_directory(repo, path):
        close = repo.graph.places.close(path)
        help_ = f"did you mean ./{close}?" if close else "correct the path, or commit the directory"
        yield at(each.file, place, f"spec.path: there is no directory {path}", help_)
        return
    listed = lookup(each.root, "spec", "components")
    for item in listed.values() if isinstance(listed, Sequence) else ():
        if isinstance(item, Scalar) and "${" not in item.value:
            target = posixpath.normpath(posixpath.join(path, item.value))
            if not _is_directory(repo, target):
                yield at(each.file, item, f"spec.components: there is no directory {target}")


def _is_directory(repo: Repo, path: str) -> bool:
    return not path or repo.graph.places.target("", path).what in (Is.DIRECTORY, Is.REMOTE)
