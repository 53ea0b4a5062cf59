"""A workflow uses an action, or a container image, by a name that can be moved.

Whoever owns the action can put another program behind a branch or a tag; it runs with the secrets of the workflow. A
branch, or nothing at all, is a warning; a tag is an info.

```yaml
- uses: actions/checkout@v4         # @ and the whole id of a commit
```

Fix: write the commit, with the version in a comment: `uses: actions/checkout@<40 hex digits> # v4.2.2`. An image gets
its digest. What lies in the repo itself (`./`) is fine.
"""

import re
from collections.abc import Iterator

from infra_tool import reference
from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.workflow import Workflow
from infra_tool.yamldoc import Scalar

CODE = "G006"
NAME = "unpinned-action"
SEVERITY: Severity = "warning"

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
TAG = re.compile(r"v?\d+(\.\d+)*([-+].*)?")
IMAGE = "docker://"


def check(workflow: Workflow) -> Iterator[Mark]:
    """Yield each that is not pinned."""
    for node in _used(workflow):
        name = node.value
        if name.startswith(("./", "../")) or "${{" in name:
            continue
        action, _, version = name.removeprefix(IMAGE).rpartition("@")
        if name.startswith(IMAGE):
            image = reference.split(name.removeprefix(IMAGE))
            action, version = image.name, image.digest.partition(":")[2] if image.digest else image.tag or ""
        yield from _unpinned(workflow, node, action or name, version if action else "")


def _unpinned(workflow: Workflow, node: Scalar, action: str, version: str) -> Iterator[Mark]:
    if COMMIT.fullmatch(version):
        return
    what = "the digest" if node.value.startswith(IMAGE) else "a commit"
    says = f"at {version}, which can be moved" if version else "without a version"
    mark = at(workflow.file, node, f"{action} is used {says}", f"pin {what}, with the version in a comment")
    yield mark._replace(severity="info") if TAG.fullmatch(version) else mark


def _used(workflow: Workflow) -> Iterator[Scalar]:
    bodies = [job.body for job in workflow.jobs] + [step.body for step in workflow.steps]
    for body in bodies:
        node = body.get("uses") if body is not None else None
        if isinstance(node, Scalar) and node.value:
            yield node
