"""A Flux Kustomization or HelmRelease depends on one that is not there.

It waits for ever (`dependency not found`), and nothing of it is applied.

```yaml
spec:
  dependsOn:
    - name: cert-manger        # it is called cert-manager
```

Fix: correct the name; one of another namespace needs `namespace`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import FLUX_KUSTOMIZATION, HELM_RELEASE
from infra_tool.lint.cluster.values import leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "F003"
NAME = "missing-dependency"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield dependencies that are not there."""
    for one in cluster.of(FLUX_KUSTOMIZATION, HELM_RELEASE):
        for entry in maps(one.value, "spec", "dependsOn"):
            name = leaf(entry, "name")
            if name is not None:
                yield from absent(cluster, one, one.kind, name, namespace=text(entry, "namespace") or one.namespace)
