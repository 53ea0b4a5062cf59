"""A container is never asked whether it is still alive.

One that hangs is then not restarted until somebody notices. For profile `restricted`.

```yaml
containers:
  - name: n8n
    # livenessProbe: {httpGet: {path: /healthz, port: http}}
```

Fix: add a `livenessProbe` that fails only when a restart helps: one that needs the database restarts everything with
it.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.policy import unprobed
from infra_tool.lint.mark import Mark

CODE = "W005"
NAME = "no-liveness-probe"
SEVERITY: Severity = "info"
PROFILE = "restricted"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield containers that nobody asks."""
    yield from unprobed(cluster, "livenessProbe")
