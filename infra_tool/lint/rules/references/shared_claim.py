"""Several pods are to write to a volume that only one node, or one pod, may use.

With more than one replica the others hang in `ContainerCreating` as soon as they land on another node. With the
strategy RollingUpdate, the new pod waits for the volume and the old one for the new pod: the update never ends.

```yaml
kind: Deployment
spec:
  replicas: 1
  strategy:
    type: Recreate             # without it: RollingUpdate
```

Fix: `strategy: {type: Recreate}` and one replica, a StatefulSet with `volumeClaimTemplates`, or a claim that is
`ReadWriteMany`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import CLAIM, DEPLOYMENT, Object
from infra_tool.lint.cluster.pods import Pod
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import flag, get, leaf, maps, text, words
from infra_tool.lint.mark import Mark

CODE = "R021"
NAME = "shared-claim"
SEVERITY: Severity = "warning"

HELP = "one replica and the strategy Recreate, or another kind of claim"
ALONE = {"ReadWriteOnce", "ReadWriteOncePod"}


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield claims of one writer that several pods mount."""
    for pod in cluster.pods:
        for volume in maps(pod.spec, "volumes") if pod.owner.kind == DEPLOYMENT else ():
            name = leaf(volume, "persistentVolumeClaim", "claimName")
            claim = cluster.find(CLAIM, pod.namespace, name.text) if name is not None else None
            why = _why(pod) if claim is not None and _is_for_one(claim) else None
            if why is not None and not flag(volume, "persistentVolumeClaim", "readOnly"):
                yield point(pod.owner, name, f"the claim is for one writer, and {why}", HELP)


def _is_for_one(claim: Object) -> bool:
    modes = set(words(get(claim.value, "spec", "accessModes")))
    return bool(modes) and modes <= ALONE


def _why(pod: Pod) -> str | None:
    replicas = text(pod.owner.value, "spec", "replicas") or "1"
    if replicas.isdigit() and int(replicas) > 1:
        return f"there are {replicas} replicas"
    strategy = get(pod.owner.value, "spec", "strategy")
    rolling = text(strategy, "type") or "RollingUpdate"
    if rolling == "Recreate" or replicas == "0" or text(strategy, "rollingUpdate", "maxSurge") in ("0", "0%"):
        return None
    return "a rolling update starts the new pod before the old one ends"
