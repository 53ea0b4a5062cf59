"""An object of Flux is suspended, or shut out from reconciliation, in git.

`suspend: true`, or the annotation `kustomize.toolkit.fluxcd.io/reconcile: disabled`, is meant for the time of a repair.
Left in git, nothing that is committed gets into the cluster any more, and no error says so.

```yaml
kind: Kustomization
spec:
  suspend: true
```

Fix: take it out. What is to stay that way deserves a suppression comment with the reason.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.cluster import FLUX_KINDS
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf
from infra_tool.lint.mark import Mark

CODE = "F021"
NAME = "suspended"
SEVERITY: Severity = "warning"

RECONCILE = "kustomize.toolkit.fluxcd.io/reconcile"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield what Flux leaves alone."""
    for one in cluster.objects:
        off = leaf(one.value, "metadata", "annotations", RECONCILE)
        if isinstance(off, Leaf) and off.text == "disabled":
            yield point(one, off, f"Flux leaves {one} as it is", "take the annotation out")
        suspend = leaf(one.value, "spec", "suspend") if one.kind.group.endswith(FLUX_KINDS) else None
        if suspend is not None and suspend.text == "true":
            yield point(one, suspend, f"{one} is suspended: nothing of it is applied any more", "take suspend out")
