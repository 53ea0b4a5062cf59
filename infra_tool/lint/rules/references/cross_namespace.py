"""A route leads to a Service of another namespace that does not allow it.

The Gateway API needs a ReferenceGrant in the namespace of the Service; without one the proxy answers 500.

```yaml
kind: HTTPRoute
metadata:
  namespace: gateway
spec:
  rules:
    - backendRefs:
        - name: n8n
          namespace: n8n       # needs a ReferenceGrant in n8n, from HTTPRoutes of gateway
```

Fix: move the route into the namespace of the Service, or add the ReferenceGrant there.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster, Kind, Object
from infra_tool.lint.cluster.object import SECRET, SERVICE
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.routes import GATEWAY
from infra_tool.lint.cluster.values import leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "R023"
NAME = "cross-namespace"
SEVERITY: Severity = "error"

GATE = Kind("gateway.networking.k8s.io", "Gateway")
GRANT = Kind("gateway.networking.k8s.io", "ReferenceGrant")


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield references that nothing allows."""
    for route in cluster.of(*GATEWAY):
        for rule in maps(route.value, "spec", "rules"):
            for one in maps(rule, "backendRefs"):
                yield from _judge(cluster, route, leaf(one, "namespace"), SERVICE)
    for gate in cluster.of(GATE):
        for listener in maps(gate.value, "spec", "listeners"):
            for one in maps(listener, "tls", "certificateRefs"):
                yield from _judge(cluster, gate, leaf(one, "namespace"), SECRET)


def _judge(cluster: Cluster, owner: Object, namespace: Leaf | None, kind: Kind) -> Iterator[Mark]:
    if namespace is None or namespace.text == owner.namespace or "$" in f"{namespace.text}{owner.namespace}":
        return
    grants = (one for one in cluster.of(GRANT) if one.namespace == namespace.text)
    if cluster.may_have_more(GRANT, namespace.text) or any(_allows(one, owner, kind) for one in grants):
        return
    message = f"no ReferenceGrant in namespace {namespace.text} allows it to {owner.kind.name}s of {owner.namespace}"
    yield point(owner, namespace, message, f"move it to the namespace of the {kind.name}, or add the grant")


def _allows(grant: Object, owner: Object, kind: Kind) -> bool:
    comes = ((text(one, "kind"), text(one, "namespace")) for one in maps(grant.value, "spec", "from"))
    leads = (text(one, "kind") for one in maps(grant.value, "spec", "to"))
    return (owner.kind.name, owner.namespace) in comes and kind.name in leads
