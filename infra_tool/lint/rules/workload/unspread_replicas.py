"""Several replicas of a pod may all be on one node, or all be taken down at once.

Then they do not help when the node goes, or is drained. For profile `restricted`.

```yaml
spec:
  replicas: 3
  template:
    spec:
      topologySpreadConstraints: []      # nothing spreads them
```

Fix: add `topologySpreadConstraints` (or a podAntiAffinity), and a PodDisruptionBudget that selects the pods.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import DEPLOYMENT, DISRUPTION_BUDGET, STATEFUL_SET
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import pods
from infra_tool.lint.cluster.values import get, leaf, texts
from infra_tool.lint.mark import Mark

CODE = "W016"
NAME = "unspread-replicas"
SEVERITY: Severity = "info"
PROFILE = "restricted"


HELP = "add topologySpreadConstraints, and a PodDisruptionBudget"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield replicas that nothing keeps apart."""
    for pod in pods(cluster):
        replicas = leaf(pod.owner.value, "spec", "replicas")
        if pod.owner.kind not in (DEPLOYMENT, STATEFUL_SET) or replicas is None or replicas.text in ("0", "1"):
            continue
        if not get(pod.spec, "topologySpreadConstraints") and get(pod.spec, "affinity", "podAntiAffinity") is None:
            yield point(pod.owner, replicas, f"the {replicas.text} replicas may all be on one node", HELP)
        budgets = (one for one in cluster.of(DISRUPTION_BUDGET) if one.namespace == pod.namespace)
        chosen = (texts(one.value, "spec", "selector", "matchLabels") for one in budgets)
        if not any(labels.items() <= pod.labels.items() for labels in chosen):
            yield point(pod.owner, replicas, f"the {replicas.text} replicas may all be taken down at once", HELP)
