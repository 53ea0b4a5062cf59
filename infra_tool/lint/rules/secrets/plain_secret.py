"""A Secret is in git with its values in the clear.

Everybody who can read the repo, its clones, its backups or its CI logs has them, and git keeps them for ever: a later
commit does not take them back. Each document of a file is looked at. Empty values, the deletion of a Secret by a patch
and tokens that Kubernetes fills in are fine, and so is a value that only names where it comes from: a variable that
Flux substitutes, or an entry of a password store (`op://`, `ref+vault://`).

```yaml
kind: Secret
metadata:
  name: n8n
stringData:
  DB_PASSWORD: hunter2         # in the clear
```

Fix: `infra-tool encrypt-secret FILE`. If it was ever pushed, give the service a new password as well.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.encryption import is_reference
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Facts, Source
from infra_tool.sops import Problem
from infra_tool.yamldoc import Scalar, text

CODE = "S001"
NAME = "plain-secret"
SEVERITY: Severity = "error"


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield each Secret that is not encrypted, at its first value."""
    found = [problem for problem in source.problems if problem.kind == "plain-secret" and not _is_reference(problem)]
    if source.file is None or not found:
        return
    for document in source.file.documents:
        inside = [problem for problem in found if document.start <= problem.node.start <= document.end]
        if inside:
            name = text(document.root, "metadata", "name") or "without a name"
            more = f" ({len(inside)} values in all)" if len(inside) > 1 else ""
            message = f"Secret {name}: {inside[0].message}{more}"
            yield at(source.file, inside[0].node, message, f"infra-tool encrypt-secret {source.path}")


def _is_reference(problem: Problem) -> bool:
    return isinstance(problem.node, Scalar) and is_reference(problem.node.value)
