"""Flux leaves out a file that is needed: a `.sourceignore`, the source's `spec.ignore`, or Flux's own list matches it.

What Flux fetches lacks the file: the build fails with `no such file or directory`, and nothing of it is applied. Flux
leaves out by itself, among others, pictures, archives, `.github/`, and `.sops.yaml`; that counts where the source is in
the repo, and shows that it says nothing else.

```
# .sourceignore
/apps/n8n/                     # and a Flux Kustomization has path: ./apps/n8n
```

Fix: take the pattern out, or add one that puts the file in again: `!/apps/n8n/`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.flux import FluxKustomization, Ignored, Source
from infra_tool.kustomize import Entry, Is, KustomizationFile
from infra_tool.lint.cluster import Kind
from infra_tool.lint.cluster.values import text
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import SUFFIXES

CODE = "F022"
NAME = "ignored-by-flux"
SEVERITY: Severity = "error"

HELP = "take the pattern out, or add one with ! that puts it in again"
GROUP = "source.toolkit.fluxcd.io"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield paths and entries that lead to what is not there for Flux."""
    known: dict[tuple[str | None, Source], Ignored] = {}
    for root in repo.roots:
        by = root.by
        if by is None or not by.is_own:
            continue
        if (key := (root.cluster, by.source)) not in known:
            known[key] = Ignored(repo.tree, _more(repo, *key))
        found = _path(repo, by, known[key])
        if found is not None:
            yield found
            continue
        for file in root.build.kustomizations:
            yield from _entries(repo, file, known[key])


def _more(repo: Repo, name: str | None, source: Source) -> str | None:
    """Return the patterns that a source has itself; None where the repo does not have it."""
    for cluster in repo.clusters:
        found = cluster.find(Kind(GROUP, source.kind), source.namespace, source.name) if cluster.name == name else None
        if found is not None:
            return text(found.value, "spec", "ignore")
    return None


def _path(repo: Repo, by: FluxKustomization, ignored: Ignored) -> Mark | None:
    if by.path_node is None or not by.path or ignored.is_default:
        return None
    files = [path for path in repo.tree.entries if path.startswith(f"{by.path}/")]
    if not files or not all(path in ignored for path in files):
        return None
    return at(by.file, by.path_node, f"Flux leaves {by.path} out", HELP)


def _entries(repo: Repo, file: KustomizationFile, ignored: Ignored) -> Iterator[Mark]:
    for entry in (*file.resources, *file.components, *file.inputs):
        if not (ignored.is_default and entry.text.endswith(SUFFIXES)) and (
            path := _left_out(repo, file, entry, ignored)
        ):
            yield at(file.file, entry.node, f"Flux leaves {path} out", HELP)


def _left_out(repo: Repo, file: KustomizationFile, entry: Entry, ignored: Ignored) -> str | None:
    what, path = repo.graph.places.target(file.directory, entry.text)
    files = (path,) if what is Is.FILE else repo.graph.places.kustomizations(path) if what is Is.DIRECTORY else ()
    return path if files and all(each in ignored for each in files) else None
