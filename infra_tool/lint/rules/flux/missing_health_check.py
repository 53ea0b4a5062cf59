"""A Flux Kustomization waits for the health of something that is not there.

It never becomes ready: after its timeout it reports `timeout waiting for`, and whatever depends on it waits too.

```yaml
spec:
  healthChecks:
    - apiVersion: apps/v1
      kind: Deployment
      name: n8m                # it is called n8n
      namespace: n8n
```

Fix: correct the entry, or take it out; `wait: true` looks at everything that is applied.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Kind
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import FLUX_KUSTOMIZATION, is_cluster_scoped
from infra_tool.lint.cluster.values import leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "F020"
NAME = "missing-health-check"
SEVERITY: Severity = "warning"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield entries that name nothing."""
    for one in cluster.of(FLUX_KUSTOMIZATION):
        for entry in maps(one.value, "spec", "healthChecks"):
            kind = Kind(text(entry, "apiVersion").rpartition("/")[0], text(entry, "kind"))
            name, namespace = leaf(entry, "name"), text(entry, "namespace")
            if name is not None and (namespace or is_cluster_scoped(kind)):
                yield from absent(cluster, one, kind, name, namespace=namespace)
