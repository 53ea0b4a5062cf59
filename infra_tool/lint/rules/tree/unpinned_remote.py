"""A kustomization takes something from another repository without a fixed version.

Without `?ref=`, with the name of a branch, or from `releases/latest`, the same commit of this repo gives other objects
tomorrow: what they push there gets into the cluster, reviewed by nobody here.

```yaml
resources:
  - https://github.com/example/agent//deploy?ref=main      # ?ref=v1.4.2
```

Fix: write a tag or a commit; or better, copy what is needed.
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Is
from infra_tool.lint.kustomizations import kustomizations
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo

CODE = "T013"
NAME = "unpinned-remote"
SEVERITY: Severity = "warning"

REF = re.compile(r"[?&](?:ref|version)=([^&]*)")
BRANCHES = "main|master|head|develop|development|dev|trunk|latest"
MOVING = re.compile(BRANCHES, re.IGNORECASE)
FILE = re.compile(rf"/(?:raw/)?(?:refs/heads/[^/]+|{BRANCHES})/|/releases/latest/", re.IGNORECASE)
"""The address of a file on a branch, or of the newest release."""

SINGLE = re.compile(r"https?://[^?]*\.(ya?ml|json)$")


def check(repo: Repo) -> Iterator[Mark]:
    """Yield addresses whose content moves."""
    for file in kustomizations(repo):
        for entry in (*file.resources, *file.components):
            if repo.graph.places.target(file.directory, entry.text).what is Is.REMOTE:
                problem = _problem(entry.text)
                if problem is not None:
                    yield at(file.file, entry.node, problem, "write a tag or a commit")


def _problem(address: str) -> str | None:
    if SINGLE.fullmatch(address):
        return "this file moves with its branch" if FILE.search(address) else None
    ref = REF.search(address)
    if ref is None or not ref[1]:
        return "no version is given: it is the newest of the default branch"
    return f"{ref[1]} is a branch: it moves" if MOVING.fullmatch(ref[1]) else None
