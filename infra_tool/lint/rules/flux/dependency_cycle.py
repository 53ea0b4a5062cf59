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

from collections.abc import Iterator, Sequence

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.object import FLUX_KUSTOMIZATION, HELM_RELEASE
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "F004"
NAME = "dependency-cycle"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield one dependency of each circle."""
    for kind in (FLUX_KUSTOMIZATION, HELM_RELEASE):
        done: set[str] = set()
        for one in cluster.of(kind):
            if str(one) not in done:
                yield from _walk(cluster, one, done)


def _walk(cluster: Cluster, start: Object, done: set[str]) -> Iterator[Mark]:
    """Yield what closes a circle on the ways from an object; it may be a long way."""
    way = {str(start): start}
    ahead = [(start, _needed(cluster, start))]
    while ahead:
        here, others = ahead[-1]
        for name, following in others:
            if str(following) in way:
                yield _mark(list(way.values()), name, following)
            elif str(following) not in done:
                way[str(following)] = following
                ahead.append((following, _needed(cluster, following)))
                break
        else:
            ahead.pop()
            done.add(str(here))
            del way[str(here)]


def _mark(way: Sequence[Object], name: Leaf, following: Object) -> Mark:
    names = [one.name for one in way]
    start = [str(one) for one in way].index(str(following))
    circle = " -> ".join((*names[start:], following.name))
    return point(way[-1], name, f"{circle}: none of them is ever applied", "take one of the dependencies out")


def _needed(cluster: Cluster, one: Object) -> Iterator[tuple[Leaf, Object]]:
    for entry in maps(one.value, "spec", "dependsOn"):
        name = leaf(entry, "name")
        found = cluster.find(one.kind, text(entry, "namespace") or one.namespace, name.text) if name else None
        if name is not None and found is not None:
            yield name, found
