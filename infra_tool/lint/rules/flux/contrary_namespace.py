"""`spec.targetNamespace` of a Flux Kustomization replaces another namespace that the files give.

Everything that has a namespace is moved, what is meant for elsewhere too: an object for `monitoring` ends in the
target, names across namespaces no longer lead anywhere, and two objects of one name become one.

```yaml
kind: Kustomization
spec:
  path: ./apps/n8n             # its kustomization.yaml says namespace: n8n
  targetNamespace: automation
```

Fix: give the namespace in one of the two places only.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.flux import Root
from infra_tool.kustomize import objects_of
from infra_tool.kustomize.identity import identity
from infra_tool.kustomize.scope import DEFAULT
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Scalar, lookup

CODE = "F015"
NAME = "contrary-namespace"
SEVERITY: Severity = "warning"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield target namespaces that move what has one."""
    for root in repo.roots:
        by = root.by
        node = lookup(by.root, "spec", "targetNamespace") if by is not None else None
        if by is None or not isinstance(node, Scalar) or not node.value or "$" in node.value:
            continue
        found = next(_moved(root, node.value), None)
        if found is not None:
            yield at(by.file, node, f"it replaces {found}", "give the namespace in one of the two places only")


def _moved(root: Root, target: str) -> Iterator[str]:
    """Yield the namespaces that are replaced, and where they are given."""
    for reached in root.build.files:
        for document in reached.file.documents if reached.file is not None else ():
            for node in objects_of(document.root) if document.root is not None else ():
                called = identity(node, reached.transformers)
                if called is not None and called.namespace not in ("", DEFAULT, target) and "$" not in called.namespace:
                    by = next((each for each in reversed(reached.transformers) if each.namespace is not None), None)
                    yield f"namespace {called.namespace} of {by.path if by is not None else reached.path}"
