"""A kustomization file has a field that kustomize calls deprecated, such as `bases` or `commonLabels`.

It still works, with a warning at each build, and may be gone in the next version. `commonLabels` hurts already: it
changes selectors, which cannot be changed in a cluster.

```yaml
bases:                  # resources
  - ../base
```

Fix: use the field that the message names; `kustomize edit fix` rewrites the file.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import DEPRECATED
from infra_tool.lint import fix
from infra_tool.lint.kustomizations import kustomizations
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo

CODE = "T010"
NAME = "deprecated-field"
SEVERITY: Severity = "warning"

RENAMED = {"bases", "imageTags", "patchesJson6902"}
"""The fields that mean the same under their new name, where that is not there already."""


def check(repo: Repo) -> Iterator[Mark]:
    """Yield each such field."""
    for file in kustomizations(repo):
        for field, instead in DEPRECATED.items():
            if field.lower() in file.fields:
                key, _ = file.fields[field.lower()]
                mark = at(file.file, key, f"{field} is deprecated", f"use {instead}")
                yield fix.safely(mark, fix.renamed(file.file, key, instead) if field in RENAMED else ())
