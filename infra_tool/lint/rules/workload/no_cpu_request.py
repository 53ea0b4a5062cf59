"""A container asks for no CPU.

Without a request the scheduler takes it for a pod that needs nothing: it lands on a full node, and gets what others
leave over. A limit counts as a request, and so does a LimitRange in the namespace.

```yaml
resources:
  requests:
    memory: 64Mi             # and no cpu
```

Fix: add `cpu` to `resources.requests`, such as 10m (a hundredth of a core).
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.policy import lacking, name_of, unset
from infra_tool.lint.mark import Mark

CODE = "W001"
NAME = "no-cpu-request"
SEVERITY: Severity = "warning"
PROFILE = "baseline"


HELP = "add resources.requests.cpu, such as 10m"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield containers without a request of CPU."""
    for pod, container in unset(cluster, "requests", "cpu"):
        message = f"container {name_of(container)} requests no CPU"
        yield lacking(pod, container, message, HELP, "resources", "requests")
