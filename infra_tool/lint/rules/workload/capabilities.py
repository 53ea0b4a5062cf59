"""A container keeps, or gets, capabilities of the kernel that it does not need.

Most programs need none. Some, such as SYS_ADMIN, are as good as root. For profile `restricted`.

```yaml
securityContext:
  capabilities: {drop: [ALL]}
```

Fix: drop ALL, and add only what is needed; NET_BIND_SERVICE opens ports below 1024.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf, List
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import containers, lacking, name_of
from infra_tool.lint.cluster.values import get
from infra_tool.lint.mark import Mark

CODE = "W009"
NAME = "capabilities"
SEVERITY: Severity = "warning"
PROFILE = "restricted"


HARMLESS = {"NET_BIND_SERVICE"}
HELP = "set securityContext.capabilities.drop: [ALL]"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield containers that could do with less."""
    for pod, container in containers(cluster):
        if "ALL" not in {one.text for one in _listed(get(container, "securityContext", "capabilities", "drop"))}:
            message = f"container {name_of(container)} keeps capabilities"
            yield lacking(pod, container, message, HELP, "securityContext", "capabilities", "drop")
        for one in _listed(get(container, "securityContext", "capabilities", "add")):
            if one.text not in HARMLESS:
                message = f"container {name_of(container)} gets the capability {one.text}"
                yield point(pod.owner, one, message, "remove it, or suppress this with the reason")


def _listed(value: object) -> list[Leaf]:
    return [one for one in value if isinstance(one, Leaf)] if isinstance(value, List) else []
