"""A Flux Kustomization or HelmRelease takes its files from a source that is not there.

Flux reports `GitRepository not found`, or `HelmRepository not found`, and applies nothing of it.

```yaml
kind: HelmRelease
spec:
  chart:
    spec:
      sourceRef:
        kind: HelmRepository
        name: bitnmai          # it is called bitnami
```

Fix: correct the name; a source of another namespace needs `namespace`.
"""

from collections.abc import Iterator

from infra_tool.edits import is_directory
from infra_tool.finding import Severity
from infra_tool.flux import normalised
from infra_tool.lint.cluster import Cluster, Kind, Object
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.cluster import FLUX
from infra_tool.lint.cluster.object import FLUX_KUSTOMIZATION, HELM_RELEASE
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf, text
from infra_tool.lint.mark import Mark
from infra_tool.repo import did_you_mean

CODE = "F005"
NAME = "missing-flux-source"
SEVERITY: Severity = "error"

GROUP = "source.toolkit.fluxcd.io"
KINDS = ("GitRepository", "OCIRepository", "HelmRepository", "HelmChart", "Bucket")
PLACES = {
    FLUX_KUSTOMIZATION: (("spec", "sourceRef"),),
    HELM_RELEASE: (("spec", "chart", "spec", "sourceRef"), ("spec", "chartRef")),
    Kind(GROUP, "HelmChart"): (("spec", "sourceRef"),),
    Kind("image.toolkit.fluxcd.io", "ImageUpdateAutomation"): (("spec", "sourceRef"),),
}


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield sources that are not there; that of `flux bootstrap` need not be in the repo."""
    for one in cluster.of(*PLACES):
        for path in PLACES[one.kind]:
            yield from _judge(cluster, one, path)


def _judge(cluster: Cluster, one: Object, path: tuple[str, ...]) -> Iterator[Mark]:
    name, kind = leaf(one.value, *path, "name"), text(one.value, *path, "kind")
    namespace = text(one.value, *path, "namespace") or one.namespace
    if name is None or kind not in KINDS or _is_bootstrapped(cluster, kind, namespace, name.text):
        return
    found = list(absent(cluster, one, Kind(GROUP, kind), name, namespace=namespace))
    if found or cluster.has(Kind(GROUP, kind), namespace, name.text) or not _is_of_this_repo(cluster, one):
        yield from found
    else:
        message = f"there is no {kind} {name.text} in namespace {namespace}"
        yield point(one, name, message, did_you_mean(name.text, (FLUX, *cluster.names(Kind(GROUP, kind), namespace))))


def _is_bootstrapped(cluster: Cluster, kind: str, namespace: str, name: str) -> bool:
    """Tell whether Flux's own source is meant, which is of one kind, and need not be in the repo."""
    others = (cluster.has(Kind(GROUP, other), FLUX, FLUX) for other in KINDS if other != kind)
    return (namespace, name) == (FLUX, FLUX) and not any(others)


def _is_of_this_repo(cluster: Cluster, one: Object) -> bool:
    """Tell whether what a Flux Kustomization wants to apply is here: then no foreign source is meant."""
    path = normalised(text(one.value, "spec", "path")) if one.kind == FLUX_KUSTOMIZATION else None
    return bool(path) and is_directory(cluster.repo.tree, path or "")
