"""Flux Kustomizations, or HelmReleases, depend on each other in a circle.

Each waits for the next: none of them is ever applied.

```yaml
# of a
dependsOn:
  - name: b
# of b
dependsOn:
  - name: a
```

Fix: take one of the dependencies out.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster, Kind, Object
from infra_tool.lint.cluster.object import FLUX_KUSTOMIZATION, HELM_RELEASE
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "F004"
NAME = "dependency-cycle"
SEVERITY: Severity = "error"

Way = tuple[Object, ...]


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield one dependency of each circle."""
    for kind in (FLUX_KUSTOMIZATION, HELM_RELEASE):
        done: set[str] = set()
        for one in cluster.of(kind):
            yield from _walk(cluster, kind, (one,), done)


def _walk(cluster: Cluster, kind: Kind, way: Way, done: set[str]) -> Iterator[Mark]:
    here = way[-1]
    if str(here) in done:
        return
    for name, following in _needed(cluster, here):
        if following in way:
            circle = " -> ".join(one.name for one in (*way[way.index(following) :], following))
            yield point(here, name, f"{circle}: none of them is ever applied", "take one of the dependencies out")
        else:
            yield from _walk(cluster, kind, (*way, following), done)
    done.add(str(here))


def _needed(cluster: Cluster, one: Object) -> Iterator[tuple[Leaf, Object]]:
    for entry in maps(one.value, "spec", "dependsOn"):
        name = leaf(entry, "name")
        found = cluster.find(one.kind, text(entry, "namespace") or one.namespace, name.text) if name else None
        if name is not None and found is not None:
            yield name, found
