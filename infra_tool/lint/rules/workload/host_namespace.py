"""A pod shares the network, the processes or a port of its node.

With `hostNetwork` it reaches what listens on the node alone, and no NetworkPolicy holds; with `hostPID` it sees, and
may signal, every process. A `hostPort` can be taken only once on each node.

```yaml
spec:
  hostNetwork: true
```

Fix: use a Service, of type LoadBalancer or NodePort for what comes from outside.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import pods
from infra_tool.lint.cluster.values import leaf, maps
from infra_tool.lint.mark import Mark

CODE = "W010"
NAME = "host-namespace"
SEVERITY: Severity = "warning"
PROFILE = "baseline"


FIELDS = ("hostNetwork", "hostPID", "hostIPC")


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield what pods share with their node."""
    for pod in pods(cluster):
        shared = [(field, leaf(pod.spec, field)) for field in FIELDS]
        for field, value in shared:
            if value is not None and value.text == "true":
                yield point(pod.owner, value, f"the pod has {field}: true", "remove it")
        if any(value is not None and value.text == "true" for _, value in shared):
            continue
        for container in pod.containers():
            for port in maps(container, "ports"):
                taken = leaf(port, "hostPort")
                if taken is not None and taken.text != "0":
                    yield point(pod.owner, taken, f"the pod takes port {taken.text} of its node", "use a Service")
