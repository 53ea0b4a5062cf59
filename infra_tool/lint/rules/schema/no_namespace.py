"""An object that has to be in a namespace says none, and neither do the kustomizations on the way.

Flux cannot apply it: `namespace not specified`. By hand it would go into whatever namespace is current.

```yaml
kind: ConfigMap
metadata:
  name: settings               # no namespace; neither `namespace:` nor `targetNamespace:` on the way
```

Fix: `namespace:` in the kustomization file.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.object import FLUX_KUSTOMIZATION, NAMESPACED
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import get, text
from infra_tool.lint.mark import Mark

CODE = "K017"
NAME = "no-namespace"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield objects that Flux is to apply and that are in no namespace."""
    for one in cluster.objects:
        if one.kind in NAMESPACED and not text(one.value, "metadata", "namespace") and _is_by_flux(cluster, one):
            yield point(one, get(one.value, "metadata", "name"), f"{one.kind.name} {one.name} is in no namespace")


def _is_by_flux(cluster: Cluster, one: Object) -> bool:
    """Tell whether a Flux Kustomization applies an object, and no patch gives it a namespace for all."""
    by = one.root.by
    found = cluster.find(FLUX_KUSTOMIZATION, by.namespace, by.name) if by is not None else None
    return found is not None and not text(found.value, "spec", "targetNamespace")
