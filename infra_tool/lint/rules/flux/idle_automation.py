"""An ImageUpdateAutomation looks into a directory that is not there, or an ImagePolicy has a range that is none.

No tag is ever updated, and nothing but the status of the object says so.

```yaml
kind: ImageUpdateAutomation
spec:
  update:
    path: ./aps                # it is called apps
```

Fix: correct the path, or the range.
"""

import re
from collections.abc import Iterator

from infra_tool.edits import is_directory
from infra_tool.finding import Severity
from infra_tool.flux import normalised
from infra_tool.lint.cluster import Cluster, Kind, Object
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf, text
from infra_tool.lint.mark import Mark

CODE = "F025"
NAME = "idle-automation"
SEVERITY: Severity = "error"

AUTOMATION, POLICY = (Kind("image.toolkit.fluxcd.io", name) for name in ("ImageUpdateAutomation", "ImagePolicy"))
VERSION = r"v?(\d+|[xX*])(\.(\d+|[xX*])){0,2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?"
CONSTRAINT = rf"(=|==|!=|>|<|>=|<=|=>|=<|~|~>|\^)?\s*{VERSION}"
RANGE = re.compile(rf"\s*({CONSTRAINT}(\s+-\s+{VERSION})?)([\s,]+{CONSTRAINT})*\s*")


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield what never updates anything."""
    own = {(each.source.kind, each.source.namespace, each.source.name) for each in cluster.repo.flux if each.is_own}
    for one in cluster.of(AUTOMATION):
        source = (text(one.value, "spec", "sourceRef", field) for field in ("kind", "namespace", "name"))
        kind, namespace, name = source
        if (kind, namespace or one.namespace, name) in own:
            yield from _path(cluster, one)
    for one in cluster.of(POLICY):
        wanted = leaf(one.value, "spec", "policy", "semver", "range")
        if wanted is not None and not _is_range(wanted.text):
            yield point(one, wanted, f"{wanted.text} is no range of versions", "such as 1.x, or >=1.2.0 <2.0.0")


def _is_range(text: str) -> bool:
    return "$" in text or all(RANGE.fullmatch(part) for part in text.split("||"))


def _path(cluster: Cluster, one: Object) -> Iterator[Mark]:
    path = leaf(one.value, "spec", "update", "path")
    wanted = normalised(path.text) if path is not None else None
    if path is not None and wanted and not is_directory(cluster.repo.tree, wanted):
        close = cluster.repo.graph.places.close(wanted)
        yield point(one, path, f"there is no directory {wanted}", f"did you mean ./{close}?" if close else None)
