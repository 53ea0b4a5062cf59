"""A NetworkPolicy selects no pod.

It protects nothing, and nobody notices: pods that no policy selects accept every connection. Namespaces in which pods
may come from elsewhere are not judged; an empty selector means all pods.

```yaml
kind: NetworkPolicy
spec:
  podSelector:
    matchLabels:
      app: n8m                 # the pods have app: n8n
```

Fix: select labels that the pod template has.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import NETWORK_POLICY
from infra_tool.lint.cluster.selectors import unmatched
from infra_tool.lint.mark import Mark

CODE = "R012"
NAME = "idle-network-policy"
SEVERITY: Severity = "warning"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield selectors that no pod of their namespace fits."""
    for policy in cluster.of(NETWORK_POLICY):
        yield from unmatched(cluster, policy, "spec", "podSelector")
