"""A port of a Service leads to a port that its pods do not have.

A name that no container declares never gets an endpoint: an error. A number works even when no container declares it,
but where the containers declare others it is mostly the wrong one: a warning.

```yaml
kind: Service
spec:
  ports:
    - port: 80
      targetPort: web      # the container calls its port http
```

Fix: give `targetPort` the name, or number, of a `containerPort`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Map
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.object import SERVICE
from infra_tool.lint.cluster.pods import Pod, Port
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.selectors import agrees
from infra_tool.lint.cluster.values import leaf, maps, text, texts
from infra_tool.lint.mark import Mark
from infra_tool.repo import did_you_mean

CODE = "R002"
NAME = "wrong-target-port"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield ports that lead nowhere in all pods that a Service selects."""
    for service in cluster.of(SERVICE):
        wanted = texts(service.value, "spec", "selector")
        pods = [pod for pod in cluster.pods_in(service.namespace) if agrees(wanted, pod.labels)] if wanted else []
        for port in maps(service.value, "spec", "ports") if pods else ():
            yield from _judge(service, port, pods)


def _judge(service: Object, port: Map, pods: list[Pod]) -> Iterator[Mark]:
    target = leaf(port, "targetPort") or leaf(port, "port")
    if target is None or not target.text or "$" in target.text:
        return
    protocol = text(port, "protocol") or "TCP"
    known = [one for pod in pods for one in pod.ports() if one.protocol == protocol]
    if not target.text.isdigit():
        if target.text not in {one.name for one in known}:
            help_ = did_you_mean(target.text, [one.name for one in known if one.name]) or _named(known)
            yield point(service, target, f"no container that {service.name} selects has a port {target.text}", help_)
    elif known and target.text not in {one.number for one in known}:
        message = f"no container that {service.name} selects declares port {target.text}"
        yield point(service, target, message, _named(known))._replace(severity="warning")


def _named(ports: list[Port]) -> str:
    """Return what there is, in words."""
    if not ports:
        return "the containers declare no ports"
    words = dict.fromkeys(f"{port.number} ({port.name})" if port.name else port.number for port in ports)
    return f"the containers have {', '.join(words)}"
