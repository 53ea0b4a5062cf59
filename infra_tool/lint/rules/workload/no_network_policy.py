"""Nothing restricts who may talk to a pod.

Every other pod of the cluster can. For profile `restricted`.

```yaml
kind: NetworkPolicy
spec:
  podSelector: {matchLabels: {app: n8n}}
  policyTypes: [Ingress]
```

Fix: add a NetworkPolicy that selects the pod.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import NETWORK_POLICY
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import pods
from infra_tool.lint.cluster.values import leaf, texts
from infra_tool.lint.mark import Mark

CODE = "W021"
NAME = "no-network-policy"
SEVERITY: Severity = "info"
PROFILE = "restricted"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield pods that no policy selects."""
    policies = [
        (one.namespace, texts(one.value, "spec", "podSelector", "matchLabels")) for one in cluster.of(NETWORK_POLICY)
    ]
    for pod in pods(cluster):
        own = (labels for namespace, labels in policies if namespace == pod.namespace)
        if not any(labels.items() <= pod.labels.items() for labels in own):
            name = leaf(pod.owner.value, "metadata", "name")
            message = f"no NetworkPolicy selects the pods of {pod.owner.name}"
            yield point(pod.owner, name, message, "add one that says who may talk to them")
