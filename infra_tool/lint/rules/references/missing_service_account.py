"""Pods run as a ServiceAccount that is not there.

They are never made: `error looking up service account`. Every namespace has `default` by itself.

```yaml
spec:
  serviceAccountName: n8m        # the ServiceAccount is called n8n
```

Fix: correct the name, or add the ServiceAccount.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import FLUX_KUSTOMIZATION, HELM_RELEASE, SERVICE_ACCOUNT
from infra_tool.lint.cluster.values import leaf
from infra_tool.lint.mark import Mark

CODE = "R007"
NAME = "missing-service-account"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield accounts that are not there."""
    for pod in cluster.pods:
        name = leaf(pod.spec, "serviceAccountName") or leaf(pod.spec, "serviceAccount")
        if name is not None:
            yield from absent(cluster, pod.owner, SERVICE_ACCOUNT, name)
    for one in cluster.of(FLUX_KUSTOMIZATION, HELM_RELEASE):
        name = leaf(one.value, "spec", "serviceAccountName")
        if name is not None:
            yield from absent(cluster, one, SERVICE_ACCOUNT, name)
