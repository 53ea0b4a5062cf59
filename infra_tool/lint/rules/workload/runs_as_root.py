"""A container runs as root, or nothing says that it does not.

A break-out from a container of root is root on the node. For profile `restricted`.

```yaml
securityContext:
  runAsNonRoot: true
```

Fix: set `runAsNonRoot: true`, and `runAsUser` where the image names no user.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import containers, name_of, security
from infra_tool.lint.cluster.values import leaf
from infra_tool.lint.mark import Mark

CODE = "W007"
NAME = "runs-as-root"
SEVERITY: Severity = "warning"
PROFILE = "restricted"


FIELDS = ("runAsUser", "runAsNonRoot")
HELP = "set securityContext.runAsNonRoot: true"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield containers that may be root."""
    for pod, container in containers(cluster):
        user = security(pod, container, "runAsUser")
        if user == "0" or (security(pod, container, "runAsNonRoot") != "true" and not user):
            said = (leaf(here, "securityContext", field) for here in (container, pod.spec) for field in FIELDS)
            place = next(filter(None, said), None) or leaf(container, "name") or container
            yield point(pod.owner, place, f"container {name_of(container)} may run as root", HELP)
