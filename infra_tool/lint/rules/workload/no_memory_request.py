"""A container asks for no memory.

Without a request the scheduler takes it for a pod that needs nothing, and it is among the first to be evicted when a
node runs out of memory. A limit counts as a request, and so does a LimitRange in the namespace.

```yaml
resources:
  requests:
    cpu: 10m                 # and no memory
```

Fix: add `memory` to `resources.requests`, such as 64Mi.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.policy import lacking, name_of, unset
from infra_tool.lint.mark import Mark

CODE = "W002"
NAME = "no-memory-request"
SEVERITY: Severity = "warning"
PROFILE = "baseline"


HELP = "add resources.requests.memory, such as 64Mi"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield containers without a request of memory."""
    for pod, container in unset(cluster, "requests", "memory"):
        message = f"container {name_of(container)} requests no memory"
        yield lacking(pod, container, message, HELP, "resources", "requests")
