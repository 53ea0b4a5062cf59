"""A ServiceMonitor or PodMonitor selects nothing.

Prometheus scrapes nothing, and an alert that needs the metrics never fires. Compared are labels of the Services (not of
their pods) or pods, in the namespaces that are named, else in its own.

```yaml
kind: ServiceMonitor
spec:
  selector:
    matchLabels:
      app: n8m                 # the Service has the label app: n8n
```

Fix: select labels in `metadata.labels` of the Service.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Kind, Object
from infra_tool.lint.cluster.object import POD, SERVICE
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.selectors import matches
from infra_tool.lint.cluster.values import flag, get, texts, words
from infra_tool.lint.mark import Mark

CODE = "R022"
NAME = "idle-monitor"
SEVERITY: Severity = "info"

MONITORS = {
    Kind("monitoring.coreos.com", "ServiceMonitor"): SERVICE,
    Kind("monitoring.coreos.com", "PodMonitor"): POD,
}


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield selectors that fit nothing."""
    for monitor in cluster.of(*MONITORS):
        where, selector = get(monitor.value, "spec", "namespaceSelector"), get(monitor.value, "spec", "selector")
        spaces = list(words(get(where, "matchNames"))) or [monitor.namespace]
        kind = MONITORS[monitor.kind]
        is_open = flag(where, "any") or any(cluster.may_have_more(kind, space) for space in spaces)
        if is_open or "$" in f"{texts(selector, 'matchLabels')}{spaces}":
            continue
        labels = _labels(cluster, kind, spaces)
        if not any(matches(selector, one) for one in labels):
            yield point(monitor, selector, f"no {kind.name} in {', '.join(spaces)} has these labels")


def _labels(cluster: Cluster, kind: Kind, spaces: list[str]) -> Iterator[dict[str, str]]:
    if kind == POD:
        yield from (pod.labels for space in spaces for pod in cluster.pods_in(space))
        return
    services: Iterator[Object] = cluster.of(kind)
    yield from (texts(one.value, "metadata", "labels") for one in services if one.namespace in spaces)
