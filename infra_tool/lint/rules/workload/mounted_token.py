"""A pod gets a token for the API of the cluster that it may not need.

Whoever breaks into it can use the token. For profile `restricted`.

```yaml
spec:
  automountServiceAccountToken: false
```

Fix: set it, in the pod or its ServiceAccount, unless the program talks to the API.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import SERVICE_ACCOUNT
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import pods
from infra_tool.lint.cluster.values import leaf, text
from infra_tool.lint.mark import Mark

CODE = "W013"
NAME = "mounted-token"
SEVERITY: Severity = "info"
PROFILE = "restricted"


HELP = "set automountServiceAccountToken: false"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield pods that get a token without asking for it."""
    for pod in pods(cluster):
        account = cluster.find(SERVICE_ACCOUNT, pod.namespace, text(pod.spec, "serviceAccountName") or "default")
        wishes = [text(pod.spec, "automountServiceAccountToken")]
        wishes += [text(account.value, "automountServiceAccountToken")] if account is not None else []
        if not any(wishes):
            place = leaf(pod.spec, "serviceAccountName")
            yield point(pod.owner, place, "the pod gets a token for the API without asking for it", HELP)
