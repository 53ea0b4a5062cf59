"""A manifest that nothing refers to: no cluster gets it.

Somebody wrote it so that it would run. Either a line in `resources:` is missing, which nobody will notice before the
thing is needed, or the file is a leftover that misleads whoever reads the repo.

```yaml
# apps/n8n/kustomization.yaml, next to deployment.yaml, service.yaml and ingress.yaml
resources:
  - deployment.yaml
  - service.yaml
```

Fix: add the file to the `kustomization.yaml` of its directory, or remove it. What a Flux Kustomization applies
without a kustomization file is no orphan, nor is what `.sourceignore` leaves out. Directories for tests, docs
and examples, Helm charts, `bootstrap/` and hidden ones are not looked at.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.fields import API_VERSIONS
from infra_tool.lint import listing
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.references import References, is_manifest
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import YamlFile, text

CODE = "T005"
NAME = "orphan-file"
SEVERITY: Severity = "warning"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield each manifest that is nowhere named."""
    references = References(repo)
    if not references.are_known():
        return
    for source in repo.sources.values():
        file = source.file
        if file is not None and references.misses(file.path) and is_manifest(file):
            mark = at(file, None, "nothing refers to this manifest: no cluster gets it", _help(repo, file.path))
            directory, _, name = file.path.rpartition("/")
            yield mark if _repeats(repo, file) else listing.listed(mark, repo, directory, name)


def _repeats(repo: Repo, file: YamlFile) -> bool:
    """Tell whether an object is in a file beside it too, as that of a patch is: listed, it would be there twice."""
    directory = file.path.rpartition("/")[0]
    others = (other.file for path, other in repo.sources.items() if path.rpartition("/")[0] == directory)
    known = {name for other in others if other is not None and other is not file for name in _names(other)}
    return any(name in known for name in _names(file))


def _names(file: YamlFile) -> Iterator[tuple[str | None, str | None]]:
    for document in file.documents:
        if (kind := text(document.root, "kind")) not in API_VERSIONS:
            yield kind, text(document.root, "metadata", "name")


def _help(repo: Repo, path: str) -> str:
    directory, _, name = path.rpartition("/")
    known = repo.graph.places.kustomizations(directory)
    return f"list {name} in {known[0]}, or remove it" if known else "list it in a kustomization.yaml, or remove it"
