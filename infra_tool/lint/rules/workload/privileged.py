"""A container is privileged, or may become so.

A privileged container is root on the node: whoever breaks into it has the node, its Secrets, and with them the
cluster. `allowPrivilegeEscalation: true` lets a process get more rights than it was started with.

```yaml
securityContext:
  privileged: true
```

Fix: remove it; most of what needs it does with one of `capabilities.add`, or a device plugin.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import containers, name_of
from infra_tool.lint.cluster.values import leaf
from infra_tool.lint.mark import Mark

CODE = "W006"
NAME = "privileged"
SEVERITY: Severity = "warning"
PROFILE = "baseline"


FIELDS = ("privileged", "allowPrivilegeEscalation")


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield containers with more rights than they were made for."""
    for pod, container in containers(cluster):
        for field in FIELDS:
            value = leaf(container, "securityContext", field)
            if value is not None and value.text == "true":
                message = f"container {name_of(container)} has {field}: true"
                yield point(pod.owner, value, message, "remove it, or suppress this with the reason")
