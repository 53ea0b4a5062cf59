"""The Service that a StatefulSet names is not there, or is not headless.

Its pods get no names of their own in DNS (`n8n-0.n8n`), which is what most clustered programs find each other by. One
that is there and has an address is an info: programs with a single pod do not care.

```yaml
kind: StatefulSet
spec:
  serviceName: n8m             # the Service is called n8n
```

Fix: name a Service with `clusterIP: None` that selects the pods.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import SERVICE, STATEFUL_SET
from infra_tool.lint.cluster.point import point, where
from infra_tool.lint.cluster.values import leaf, text
from infra_tool.lint.mark import Mark

CODE = "R020"
NAME = "headless-service"
SEVERITY: Severity = "warning"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield Services that are not there, or have an address of their own."""
    for one in cluster.of(STATEFUL_SET):
        name = leaf(one.value, "spec", "serviceName")
        if name is None:
            continue
        yield from absent(cluster, one, SERVICE, name)
        found = cluster.find(SERVICE, one.namespace, name.text)
        if found is not None and text(found.value, "spec", "clusterIP") != "None":
            message = f"Service {name.text} ({where(found)}) is not headless"
            yield point(one, name, message, "give it clusterIP: None")
