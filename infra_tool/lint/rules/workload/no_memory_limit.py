"""A container may take all the memory of its node.

One leak then takes down what else runs there, the cluster's own parts included. A LimitRange in the namespace
counts.

```yaml
resources:
  requests: {memory: 64Mi}
  # limits: {memory: 128Mi}
```

Fix: add `memory` to `resources.limits`. A limit of CPU is not needed: what is over it only waits.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.policy import lacking, name_of, unset
from infra_tool.lint.mark import Mark

CODE = "W003"
NAME = "no-memory-limit"
SEVERITY: Severity = "warning"
PROFILE = "baseline"


HELP = "add resources.limits.memory"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield containers without a limit of memory."""
    for pod, container in unset(cluster, "limits", "memory"):
        message = f"container {name_of(container)} has no limit of memory"
        yield lacking(pod, container, message, HELP, "resources", "limits")
