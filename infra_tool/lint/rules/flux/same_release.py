"""Two HelmReleases of one cluster install the same Helm release.

Each upgrades what the other has installed, for ever.

```yaml
# HelmReleases a and b, both
spec:
  releaseName: n8n
```

Fix: give one another `releaseName`, or namespace.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.object import HELM_RELEASE
from infra_tool.lint.cluster.point import point, where
from infra_tool.lint.cluster.values import get, leaf, text
from infra_tool.lint.mark import Mark

CODE = "F027"
NAME = "same-release"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield the second of two that are the same."""
    seen: dict[tuple[str, str], Object] = {}
    for one in cluster.of(HELM_RELEASE) if cluster.name is not None else ():
        spec = get(one.value, "spec")
        target = text(spec, "targetNamespace")
        name = text(spec, "releaseName") or (f"{target}-{one.name}" if target else one.name)
        place = text(spec, "storageNamespace") or one.namespace
        first = seen.setdefault((place, name), one)
        is_same = (first.namespace, first.name) == (one.namespace, one.name)
        if not is_same and "$" not in f"{place}{name}" and get(spec, "kubeConfig") is None:
            at = leaf(spec, "releaseName") or leaf(one.value, "metadata", "name")
            message = f"{first} ({where(first)}) installs the release {name} in namespace {place} already"
            yield point(one, at, message, "give one of them another releaseName")
