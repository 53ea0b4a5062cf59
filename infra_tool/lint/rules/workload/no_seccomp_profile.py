"""A container may make every call to the kernel.

The profile of the container runtime leaves out those that no ordinary program makes. For profile `restricted`.

```yaml
securityContext:
  seccompProfile: {type: RuntimeDefault}
```

Fix: set it for the pod.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.policy import containers, lacking, name_of
from infra_tool.lint.cluster.values import get, text
from infra_tool.lint.mark import Mark

CODE = "W012"
NAME = "no-seccomp-profile"
SEVERITY: Severity = "info"
PROFILE = "restricted"


HELP = "set securityContext.seccompProfile: {type: RuntimeDefault} for the pod"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield containers without a profile."""
    for pod, container in containers(cluster):
        own = get(container, "securityContext", "seccompProfile")
        kind = text(own, "type") or text(pod.spec, "securityContext", "seccompProfile", "type")
        if kind in ("", "Unconfined"):
            message = f"container {name_of(container)} has no seccomp profile"
            yield lacking(pod, container, message, HELP, "securityContext", "seccompProfile")
