"""Flux takes a text for a variable and cannot read it.

The whole Flux Kustomization fails (`bad substitution`), and applies nothing. It reads every `${` in what it applies
when `postBuild` sets variables, scripts in ConfigMaps and comments in texts as well.

```yaml
data:
  run.sh: echo ${ARGS[@]}      # Flux knows no arrays
```

Fix: write `$${ARGS[@]}`, or give the object the annotation `kustomize.toolkit.fluxcd.io/substitute: disabled`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.point import point_in
from infra_tool.lint.mark import Mark

CODE = "F011"
NAME = "broken-variable"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield texts that stop Flux."""
    for owner, leaf, text in cluster.broken:
        message = f"{text} is no variable that Flux can read"
        yield point_in(owner, leaf, text, message, f"write ${text}, or annotate the object with substitute: disabled")
