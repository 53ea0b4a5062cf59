"""A chart or an artifact of Flux has no fixed version: none at all, `*`, `>=1.0.0`, or the tag `latest`.

Flux installs whatever is newest at each check: a new major version gets into the cluster by itself, at night, and no
commit says when or why. A range within one major or minor version (`1.x`, `~1.2`, `^1.2.3`) is fine.

```yaml
kind: HelmRelease
spec:
  chart:
    spec:
      chart: n8n
      version: "*"             # 1.4.2, or 1.x
```

Fix: write the version that is meant, or a range with an end.
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Map, Value
from infra_tool.lint.cluster import Cluster, Kind, Object
from infra_tool.lint.cluster.object import HELM_RELEASE
from infra_tool.lint.cluster.point import point, point_key
from infra_tool.lint.cluster.values import get, leaf, text
from infra_tool.lint.mark import Mark

CODE = "F017"
NAME = "open-version"
SEVERITY: Severity = "warning"

SOURCES = "source.toolkit.fluxcd.io"
CHARTS = {HELM_RELEASE: ("spec", "chart", "spec"), Kind(SOURCES, "HelmChart"): ("spec",)}
ARTIFACT = Kind(SOURCES, "OCIRepository")
MOVING = ("latest", "main", "master", "edge", "nightly")
OPEN = re.compile(r"[*xX](\.[*xX])*|>=?\s*v?[\d.*xX]+\S*")
"""A version, or one side of a range, that nothing ends."""

HELP = "write a version, or a range with an end such as 1.x"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield versions that move by themselves."""
    for one in cluster.of(*CHARTS):
        chart = get(one.value, *CHARTS[one.kind])
        if isinstance(chart, Map) and text(chart, "sourceRef", "kind") == "HelmRepository":
            yield from _chart(one, chart)
    for one in cluster.of(ARTIFACT):
        tag = leaf(one.value, "spec", "ref", "tag")
        if tag is not None and tag.text in MOVING and not text(one.value, "spec", "ref", "digest"):
            yield point(one, tag, f"the tag {tag.text} moves", HELP)
        yield from _range(one, get(one.value, "spec", "ref", "semver"))


def _chart(one: Object, chart: Map) -> Iterator[Mark]:
    if "version" in chart:
        yield from _range(one, chart["version"])
    elif "chart" in chart:
        yield point_key(one, chart, "chart", f"chart {text(chart, 'chart')} has no version: always the newest", HELP)


def _range(one: Object, version: Value | None) -> Iterator[Mark]:
    written = getattr(version, "text", "")
    if any(OPEN.fullmatch(part.strip()) for part in written.split("||")):
        yield point(one, version, f"version {written} has no end: always the newest", HELP)
