"""A PodDisruptionBudget selects no pod, or lets none ever be evicted.

The first protects nothing. With the second no node can be drained: an upgrade of the cluster hangs until somebody
deletes the pod by hand.

```yaml
kind: PodDisruptionBudget
spec:
  minAvailable: 1              # of a Deployment with one replica
  selector:
    matchLabels:
      app: n8n
```

Fix: select labels that the pod template has; `maxUnavailable: 1`, or more replicas.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.object import AUTOSCALER, DEPLOYMENT, DISRUPTION_BUDGET, STATEFUL_SET
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.selectors import matches, unmatched
from infra_tool.lint.cluster.values import get, leaf, text, texts
from infra_tool.lint.mark import Mark

CODE = "R013"
NAME = "idle-disruption-budget"
SEVERITY: Severity = "warning"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield budgets for no pods, and budgets of none."""
    for budget in cluster.of(DISRUPTION_BUDGET):
        found = list(unmatched(cluster, budget, "spec", "selector"))
        yield from found or _blocking(cluster, budget)


def _blocking(cluster: Cluster, budget: Object) -> Iterator[Mark]:
    most, least = leaf(budget.value, "spec", "maxUnavailable"), leaf(budget.value, "spec", "minAvailable")
    if most is not None and most.text in ("0", "0%"):
        yield point(budget, most, "no pod may ever be evicted: no node can be drained", "write maxUnavailable: 1")
    if least is None:
        return
    selector = get(budget.value, "spec", "selector")
    pods = [pod for pod in cluster.pods_in(budget.namespace) if matches(selector, pod.labels)]
    scaled = [pod.owner for pod in pods if pod.owner.kind in (DEPLOYMENT, STATEFUL_SET)]
    replicas = [_replicas(cluster, one) for one in scaled]
    is_all = bool(scaled) and len(scaled) == len(pods) and all(number.isdigit() for number in replicas)
    is_blocking = least.text.isdigit() and 0 < sum(map(int, replicas)) <= int(least.text) if is_all else False
    if least.text == "100%" or is_blocking:
        yield point(budget, least, "no pod may ever be evicted: no node can be drained", "write maxUnavailable: 1")


def _replicas(cluster: Cluster, one: Object) -> str:
    """Return how many pods there are at least, an autoscaler taken into account."""
    target = {"kind": one.kind.name, "name": one.name}
    for scaler in cluster.of(AUTOSCALER):
        if (
            scaler.namespace == one.namespace
            and texts(scaler.value, "spec", "scaleTargetRef").items() >= target.items()
        ):
            return text(scaler.value, "spec", "minReplicas") or "1"
    return text(one.value, "spec", "replicas") or "1"
