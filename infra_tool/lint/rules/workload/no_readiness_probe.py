"""A container does not say when it is ready.

It then counts as ready as soon as it has started: a rollout goes on although nothing answers yet, and requests fail
meanwhile. For profile `restricted`.

```yaml
containers:
  - name: n8n
    # readinessProbe: {httpGet: {path: /healthz, port: http}}
```

Fix: add a `readinessProbe`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.policy import unprobed
from infra_tool.lint.mark import Mark

CODE = "W004"
NAME = "no-readiness-probe"
SEVERITY: Severity = "info"
PROFILE = "restricted"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield containers that are ready at once."""
    yield from unprobed(cluster, "readinessProbe")
