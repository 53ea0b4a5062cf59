"""A kustomization's `namespace` replaces the one that an object says itself.

Kustomize says nothing, and the object lands in a namespace where nobody looks for it: a Role for another namespace, a
Secret that was meant to be shared. Judged are objects that the kustomization lists itself: overlays move those of their
bases on purpose.

```yaml
# apps/n8n/kustomization.yaml has namespace: n8n
kind: Role
metadata:
  name: reader
  namespace: monitoring        # lands in n8n
```

Fix: take one of the two out; what belongs into another namespace is listed by a kustomization of its own.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import KustomizationFile, objects_of
from infra_tool.kustomize.identity import identity
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Scalar, YamlFile, lookup

CODE = "T017"
NAME = "replaced-namespace"
SEVERITY: Severity = "warning"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield namespaces of objects that count for nothing."""
    for build in repo.builds.values():
        for reached in build.files:
            by = reached.chain[-1]
            if by.namespace is not None and reached.file is not None and "namespace" in reached.file.text:
                yield from _replaced(reached.file, by, by.namespace.value)


def _replaced(file: YamlFile, by: KustomizationFile, wanted: str) -> Iterator[Mark]:
    for document in file.documents:
        for root in objects_of(document.root) if document.root is not None else ():
            node, called = lookup(root, "metadata", "namespace"), identity(root)
            if not isinstance(node, Scalar) or called is None or not called.namespace:
                continue
            if node.value and node.value != wanted and "$" not in f"{node.value}{wanted}":
                yield at(file, node, f"{by.path} puts it into namespace {wanted}", "take one of the two out")
