"""Two objects claim the same port of the nodes, or the same volume.

The API server refuses the second Service with a `nodePort` that is taken; two DaemonSets with the same `hostPort`
cannot both run on a node, and a PersistentVolume is bound to one claim only. Pods with the same `hostPort` that are no
DaemonSets can run on different nodes: a warning.

```yaml
# two Services
ports:
  - port: 80
    nodePort: 30080
```

Fix: give one of them another number, or leave `nodePort` to Kubernetes.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.object import DAEMON_SET, SERVICE, VOLUME
from infra_tool.lint.cluster.point import point, where
from infra_tool.lint.cluster.values import get, leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "R017"
NAME = "clashing-ports"
SEVERITY: Severity = "error"

Claim = tuple[tuple[str, ...], Object, Leaf, str]


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield the second of two claims to one thing."""
    if cluster.name is None:
        return
    seen: dict[tuple[str, ...], Object] = {}
    for key, owner, at, what in (*_node_ports(cluster), *_host_ports(cluster), *_volumes(cluster)):
        first = seen.setdefault(key, owner)
        if first is not owner and "$" not in f"{key}":
            mark = point(owner, at, f"{first} ({where(first)}) has {what} already", "give one of them another")
            is_certain = key[0] != "hostPort" or all(_is_everywhere(one) for one in (first, owner))
            yield mark if is_certain else mark._replace(severity="warning")


def _node_ports(cluster: Cluster) -> Iterator[Claim]:
    for service in cluster.of(SERVICE):
        for port in maps(service.value, "spec", "ports"):
            if (at := leaf(port, "nodePort")) is not None and at.text != "0":
                yield ("nodePort", at.text, text(port, "protocol") or "TCP"), service, at, f"nodePort {at.text}"


def _host_ports(cluster: Cluster) -> Iterator[Claim]:
    for pod in cluster.pods:
        for container in pod.containers():
            for port in maps(container, "ports"):
                if (at := leaf(port, "hostPort")) is not None and at.text != "0":
                    key = ("hostPort", at.text, text(port, "protocol") or "TCP", text(port, "hostIP"))
                    yield key, pod.owner, at, f"hostPort {at.text}"


def _volumes(cluster: Cluster) -> Iterator[Claim]:
    for volume in cluster.of(VOLUME):
        name = leaf(volume.value, "spec", "claimRef", "name")
        if name is not None:
            namespace = text(volume.value, "spec", "claimRef", "namespace")
            yield ("claimRef", namespace, name.text), volume, name, f"the claim {name.text}"


def _is_everywhere(one: Object) -> bool:
    spec = get(one.value, "spec", "template", "spec")
    return one.kind == DAEMON_SET and get(spec, "nodeSelector") is None and get(spec, "affinity") is None
