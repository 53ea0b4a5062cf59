"""A route leads to a Service, or a port of one, that is not there.

The proxy answers 503, or ignores the whole route. Looked at are Ingress, the routes of the Gateway API, and Traefik's
IngressRoute.

```yaml
kind: Ingress
spec:
  rules:
    - http:
        paths:
          - backend:
              service:
                name: n8m            # the Service is called n8n
                port:
                  number: 8080       # and has port 80
```

Fix: name a Service of the same namespace, and one of its `ports` (not of its `targetPort`s).
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import SERVICE
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.routes import Backend, backends
from infra_tool.lint.cluster.values import maps, text
from infra_tool.lint.mark import Mark

CODE = "R003"
NAME = "missing-backend"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield backends that are not there."""
    for backend in backends(cluster):
        found = cluster.find(SERVICE, backend.namespace, backend.name.text)
        yield from absent(cluster, backend.route, SERVICE, backend.name, namespace=backend.namespace)
        if found is not None and text(found.value, "spec", "type") != "ExternalName":
            ports = [(text(port, "port"), text(port, "name")) for port in maps(found.value, "spec", "ports")]
            yield from _port(backend, ports)


def _port(backend: Backend, ports: list[tuple[str, str]]) -> Iterator[Mark]:
    wanted = backend.port
    if wanted is None or not ports or "$" in f"{wanted.text}{ports}":
        return
    known = {number for number, _ in ports} if wanted.text.isdigit() else {name for _, name in ports}
    if wanted.text not in known:
        has = ", ".join(f"{number} ({name})" if name else number for number, name in ports)
        message = f"Service {backend.name.text} has no port {wanted.text}"
        yield point(backend.route, wanted, message, f"it has {has}")
