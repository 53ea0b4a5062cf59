"""A workload is in the namespace `default`.

Mostly its namespace was forgotten. What is there shares names, quotas, policies and Secrets with everything else
that forgot its own.

```yaml
kind: Deployment
metadata:
  name: n8n                  # and no namespace
```

Fix: set `namespace:` in the kustomization file of the service.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.scope import DEFAULT
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import pods
from infra_tool.lint.cluster.values import leaf
from infra_tool.lint.mark import Mark

CODE = "W014"
NAME = "default-namespace"
SEVERITY: Severity = "warning"
PROFILE = "baseline"


HELP = "set `namespace:` in the kustomization file"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield workloads of no namespace of their own."""
    for pod in pods(cluster):
        if pod.namespace == DEFAULT:
            place = leaf(pod.owner.value, "metadata", "namespace") or leaf(pod.owner.value, "metadata", "name")
            message = f"{pod.owner.kind.name} {pod.owner.name} is in the namespace {DEFAULT}"
            yield point(pod.owner, place, message, HELP)
