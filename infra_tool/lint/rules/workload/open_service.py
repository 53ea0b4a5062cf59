"""A Service can be reached from outside of the cluster, past the Ingress.

There TLS, names and logins are not. For profile `restricted`.

```yaml
kind: Service
spec:
  type: NodePort
```

Fix: make it a ClusterIP behind an Ingress.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import SERVICE
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import objects
from infra_tool.lint.cluster.values import leaf
from infra_tool.lint.mark import Mark

CODE = "W017"
NAME = "open-service"
SEVERITY: Severity = "warning"
PROFILE = "restricted"


OPEN = ("NodePort", "LoadBalancer")


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield Services with a port on the outside."""
    for service in objects(cluster, SERVICE):
        kind = leaf(service.value, "spec", "type")
        if kind is not None and kind.text in OPEN:
            yield point(service, kind, f"Service {service.name} is open to the outside", "use an Ingress")
