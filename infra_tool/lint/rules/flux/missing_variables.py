"""A Flux Kustomization takes variables from a ConfigMap or Secret that is not there.

It fails and applies nothing, unless the entry is `optional`. A Secret of the namespace `flux-system` may have been made
by hand and is not judged.

```yaml
spec:
  postBuild:
    substituteFrom:
      - kind: ConfigMap
        name: cluster-setings  # it is called cluster-settings
```

Fix: correct the name, add the object, or mark the entry `optional: true`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Kind
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.object import FLUX_KUSTOMIZATION
from infra_tool.lint.cluster.values import flag, leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "F012"
NAME = "missing-variables"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield sources of variables that are not there."""
    for one in cluster.of(FLUX_KUSTOMIZATION):
        for source in maps(one.value, "spec", "postBuild", "substituteFrom"):
            name = leaf(source, "name")
            if name is not None and not flag(source, "optional"):
                yield from absent(cluster, one, Kind("", text(source, "kind")), name, charts=False)
