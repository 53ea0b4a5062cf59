"""Nobody sets a variable that Flux is to replace.

From Flux 2.9 on the Flux Kustomization fails and applies nothing; older versions put an empty text there, which breaks
whatever used it. Told are `${VAR}` without a default in what a Flux Kustomization with `postBuild` applies, where all
that may set variables is in the repo; of an encrypted Secret the names of the keys count.

```yaml
metadata:
  labels:
    region: ${REGION}          # postBuild.substitute has ZONE
```

Fix: set it in `postBuild`, write a default (`${REGION:=eu}`), or, in scripts that mean a variable of the shell, write
`$${REGION}` or `$REGION`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.point import point_in
from infra_tool.lint.mark import Mark

CODE = "F010"
NAME = "unset-variable"
SEVERITY: Severity = "error"

STRICT = (2, 9)
"""The first version of Flux that fails."""


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield variables that nobody sets."""
    flux = cluster.repo.facts.config.flux
    is_strict = flux is None or tuple(int(part) for part in flux.split(".")) >= STRICT
    for owner, leaf, name in cluster.unset:
        by = owner.root.by
        message = f"Flux Kustomization {by.name if by else ''} sets no variable {name}"
        mark = point_in(owner, leaf, f"${{{name}}}", message, f"set it, write a default, or escape it: $${{{name}}}")
        yield mark if is_strict else mark._replace(severity="warning")
