"""Something that looks like a password or a token is in the clear, in a place that is not a Secret.

In a ConfigMap, in the environment or the arguments of a container, in the values of a HelmRelease or the variables
of a Flux Kustomization. Everybody who can read the repo, its clones or the logs of CI has it; git keeps it for ever.

```yaml
env:
  - name: DB_PASSWORD
    value: hunter2-hunter2
```

Fix: put it into an encrypted Secret and refer to it: `secretKeyRef`, `envFrom`, `valuesFrom`, `substituteFrom`. If
it was ever pushed, give the service a new password as well. What is none may be suppressed with the reason.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import objects_of
from infra_tool.lint import credentials
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Applied, Facts
from infra_tool.yamldoc import Content, lookup, text

CODE = "S014"
NAME = "plain-credential"
SEVERITY: Severity = "warning"

HINTS = ("passw", "secret", "token", "credential", "key", "://")
"""One of them is in all that is looked for, and found sooner."""

HELP = "put it into an encrypted Secret, and refer to that"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield what should be in a Secret."""
    text_ = applied.file.text.lower()
    if not any(hint in text_ for hint in HINTS) or not credentials.HINT.search(text_):
        return
    for document in applied.file.documents:
        for root in objects_of(document.root) if document.root is not None else ():
            for found in _found(root):
                yield at(applied.file, found.node, f"{found.what} is in the clear", HELP)


def _found(root: Content) -> Iterator[credentials.Found]:
    kind = text(root, "kind")
    if kind == "ConfigMap":
        yield from credentials.entries(lookup(root, "data"))
    elif kind == "HelmRelease":
        yield from credentials.values(lookup(root, "spec", "values"))
    elif kind == "Kustomization":
        yield from credentials.entries(lookup(root, "spec", "postBuild", "substitute"))
    elif kind != "Secret":
        yield from credentials.containers(lookup(root, "spec"))
