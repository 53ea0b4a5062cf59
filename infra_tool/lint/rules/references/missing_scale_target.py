"""An autoscaler scales something that is not there, or something whose number of replicas is fixed.

Without its target it does nothing. When the target's `replicas` are in the repo too, Flux sets that number at every
reconciliation and the autoscaler its own in between: pods come and go (a warning).

```yaml
kind: HorizontalPodAutoscaler
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: n8m                  # the Deployment is called n8n
```

Fix: correct the target; leave `replicas` out of what is scaled.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Kind
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import AUTOSCALER
from infra_tool.lint.cluster.point import point, where
from infra_tool.lint.cluster.values import get, leaf, text
from infra_tool.lint.mark import Mark

CODE = "R011"
NAME = "missing-scale-target"
SEVERITY: Severity = "error"

SCALERS = {
    AUTOSCALER: "scaleTargetRef",
    Kind("keda.sh", "ScaledObject"): "scaleTargetRef",
    Kind("autoscaling.k8s.io", "VerticalPodAutoscaler"): "targetRef",
}


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield targets that are not there, and replicas that are set twice."""
    for scaler in cluster.of(*SCALERS):
        target = get(scaler.value, "spec", SCALERS[scaler.kind])
        name = leaf(target, "name")
        if name is None:
            continue
        api = text(target, "apiVersion") or "apps/v1"
        kind = Kind(api.rpartition("/")[0], text(target, "kind") or "Deployment")
        yield from absent(cluster, scaler, kind, name)
        found = cluster.find(kind, scaler.namespace, name.text)
        replicas = leaf(found.value, "spec", "replicas") if found is not None else None
        if found is not None and replicas is not None and replicas.text != "0" and SCALERS[scaler.kind] != "targetRef":
            message = f"replicas are set here and by {scaler.kind.name} {scaler.name} ({where(scaler)})"
            yield point(found, replicas, message, "leave them to the autoscaler")._replace(severity="warning")
