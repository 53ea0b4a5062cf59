"""Two routes of one cluster have the same host and path.

Which of the two Services gets the requests is decided by the age of the objects, or by nothing at all. Looked at are
Ingresses of the same class; canaries of ingress-nginx share a route on purpose.

```yaml
# apps/n8n/ingress.yaml and apps/web/ingress.yaml, both
- host: n8n.example.org
  http:
    paths:
      - path: /
```

Fix: give one of them another host or path.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.object import INGRESS
from infra_tool.lint.cluster.point import point, where
from infra_tool.lint.cluster.values import get, leaf, maps, text, texts
from infra_tool.lint.mark import Mark

CODE = "R016"
NAME = "clashing-routes"
SEVERITY: Severity = "error"

CANARY = "nginx.ingress.kubernetes.io/canary"
CLASS = "kubernetes.io/ingress.class"
Route = tuple[str, str, str, str]


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield the second of two routes that are the same."""
    if cluster.name is None:
        return
    seen: dict[Route, Object] = {}
    for ingress in cluster.of(INGRESS):
        if texts(ingress.value, "metadata", "annotations").get(CANARY) == "true":
            continue
        for route, at in _routes(ingress):
            first = seen.setdefault(route, ingress)
            if first is not ingress and "$" not in f"{route}":
                _, host, path, _ = route
                message = f"{host or 'any host'}{path} leads to {first} ({where(first)}) already"
                yield point(ingress, at, message, "give one of them another host or path")


def _routes(ingress: Object) -> Iterator[tuple[Route, Leaf | None]]:
    annotations = texts(ingress.value, "metadata", "annotations")
    kind = text(ingress.value, "spec", "ingressClassName") or annotations.get(CLASS, "")
    for rule in maps(ingress.value, "spec", "rules"):
        for path in maps(rule, "http", "paths"):
            value, how = text(path, "path") or "/", text(path, "pathType")
            at = leaf(path, "path") or leaf(rule, "host")
            yield (kind, text(rule, "host"), value, how if get(path, "path") is not None else "Prefix"), at
