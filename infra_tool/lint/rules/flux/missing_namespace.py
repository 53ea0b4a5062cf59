"""Objects are for a namespace that nothing creates in this cluster.

Applying them fails: `namespaces "n8n" not found`, and with them everything in the same Flux Kustomization. Known are
the Namespace objects of the cluster, those of a HelmRelease with `createNamespace`, those that Kubernetes and Flux make
themselves, and `lint: {known: {namespaces: [NAME]}}`.

```yaml
kind: Kustomization
namespace: n8n                 # no Namespace n8n in what the cluster gets
```

Fix: add a Namespace, and list it.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import HELM_RELEASE, NAMESPACE, is_cluster_scoped
from infra_tool.lint.cluster.values import flag, leaf
from infra_tool.lint.mark import Mark

CODE = "F014"
NAME = "missing-namespace"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield namespaces that are not there, where they are named first."""
    told: set[tuple[str, str]] = set()
    for one in cluster.objects:
        name = leaf(one.value, "metadata", "namespace")
        target = leaf(one.value, "spec", "targetNamespace") if one.kind == HELM_RELEASE else None
        if target is not None and not flag(one.value, "spec", "install", "createNamespace"):
            yield from absent(cluster, one, NAMESPACE, target, namespace="")
        if name is None or is_cluster_scoped(one.kind) or (name.text, name.origin.path) in told:
            continue
        told.add((name.text, name.origin.path))
        yield from absent(cluster, one, NAMESPACE, name, namespace="")
