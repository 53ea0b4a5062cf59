"""A path in a kustomization file has parts that mean nothing: `./a`, `a//b`, `a/`, `b/../a`.

Kustomize reads it; tools and people that look for the path as text do not find it. Judged is what a cluster gets.

```yaml
resources:
  - ./deployment.yaml       # deployment.yaml
```

Fix: write the short path.
"""

import posixpath
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Entry, Is, KustomizationFile
from infra_tool.lint import fix
from infra_tool.lint.kustomizations import kustomizations
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo

CODE = "T014"
NAME = "untidy-path"
SEVERITY: Severity = "info"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield paths of files and directories that could be shorter."""
    applied = {file.path for build in repo.builds.values() for file in build.kustomizations}
    for file in kustomizations(repo):
        for entry in (*file.resources, *file.components, *file.inputs) if file.path in applied else ():
            short = posixpath.normpath(entry.text)
            if entry.text not in ("", short) and _is_there(repo, file, entry):
                mark = at(file.file, entry.node, f"{entry.text} could be {short}", f"write {short}")
                text = entry.node.value.removesuffix(entry.text) + short
                yield fix.safely(mark, fix.replaced(file.file, entry.node, text))


def _is_there(repo: Repo, file: KustomizationFile, entry: Entry) -> bool:
    return repo.graph.places.target(file.directory, entry.text).what in (Is.FILE, Is.DIRECTORY)
