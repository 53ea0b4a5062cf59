"""A probe or lifecycle hook asks a port that its container does not declare.

A name that the container does not declare is never found, so that the probe fails for ever and the container is
restarted, or gets no traffic: an error. A number works undeclared, but where the container declares others it is
mostly the wrong one: a warning.

```yaml
ports:
  - name: http
    containerPort: 5678
readinessProbe:
  httpGet:
    port: web                  # the port is called http
```

Fix: ask a port of the same container.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Map, Value
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.pods import ports_of
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import get, leaf
from infra_tool.lint.mark import Mark
from infra_tool.repo import did_you_mean

CODE = "R010"
NAME = "unexposed-probe"
SEVERITY: Severity = "warning"

ASKING = (
    ("livenessProbe",), ("readinessProbe",), ("startupProbe",), ("lifecycle", "postStart"), ("lifecycle", "preStop"),
)  # fmt: skip
HOW = ("httpGet", "tcpSocket", "grpc")


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield ports that are asked and not declared."""
    for pod in cluster.pods:
        for container in pod.containers():
            for path in ASKING:
                for how in HOW:
                    yield from _judge(pod.owner, container, get(container, *path, how))


def _judge(owner: Object, container: Map, asked: Value | None) -> Iterator[Mark]:
    port = leaf(asked, "port")
    if port is None or get(asked, "host") is not None or "$" in port.text:
        return
    known = ports_of(container)
    names, numbers = [one.name for one in known if one.name], [one.number for one in known]
    if not port.text.isdigit() and port.text not in names:
        help_ = did_you_mean(port.text, names) or (f"it has {', '.join(names)}" if names else "it names no ports")
        yield point(owner, port, f"the container has no port {port.text}", help_)._replace(severity="error")
    elif port.text.isdigit() and known and port.text not in numbers:
        yield point(owner, port, f"the container does not declare port {port.text}", f"it has {', '.join(numbers)}")
