"""A Flux Kustomization never deletes what is taken out of git: `prune: false`.

What is removed from the repo runs on, with its ports, its volumes and its rights, and nothing in git says so. It is
right for what must outlive a mistake: definitions of custom resources, namespaces, volumes. A Kustomization that
applies nothing else is not judged.

```yaml
kind: Kustomization
spec:
  path: ./apps/n8n
  prune: false
```

Fix: `prune: true`, and the annotation `kustomize.toolkit.fluxcd.io/prune: disabled` on what must stay.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.object import CLAIM, FLUX_KUSTOMIZATION, NAMESPACE, VOLUME, Kind
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import leaf, text
from infra_tool.lint.mark import Mark

CODE = "F009"
NAME = "unpruned"
SEVERITY: Severity = "warning"

PRUNE = "kustomize.toolkit.fluxcd.io/prune"
LASTING = {CLAIM, NAMESPACE, VOLUME, Kind("apiextensions.k8s.io", "CustomResourceDefinition")}


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield what is never deleted, unless nothing of it should be."""
    for one in cluster.of(FLUX_KUSTOMIZATION):
        prune = leaf(one.value, "spec", "prune")
        if prune is not None and prune.text == "false" and any(kind not in LASTING for kind in _kinds(cluster, one)):
            yield point(one, prune, "what is taken out of git is never deleted", "write prune: true")


def _kinds(cluster: Cluster, flux: Object) -> Iterator[Kind]:
    for one in cluster.objects:
        by = one.root.by
        is_its = by is not None and (by.name, by.namespace) == (flux.name, flux.namespace)
        if is_its and text(one.value, "metadata", "annotations", PRUNE) != "disabled":
            yield one.kind
