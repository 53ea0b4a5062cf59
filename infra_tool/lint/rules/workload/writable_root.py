"""A container can write to its own file system.

What breaks in can leave something there; what fills the disk fills that of the node. For profile `restricted`.

```yaml
securityContext:
  readOnlyRootFilesystem: true
```

Fix: set it, and mount an `emptyDir` where the program must write, such as /tmp.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.policy import containers, lacking, name_of, security
from infra_tool.lint.mark import Mark

CODE = "W008"
NAME = "writable-root"
SEVERITY: Severity = "info"
PROFILE = "restricted"


HELP = "set securityContext.readOnlyRootFilesystem: true"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield containers with a file system that can be written to."""
    for pod, container in containers(cluster):
        if security(pod, container, "readOnlyRootFilesystem") != "true":
            message = f"container {name_of(container)} has a writable root file system"
            yield lacking(pod, container, message, HELP, "securityContext", "readOnlyRootFilesystem")
