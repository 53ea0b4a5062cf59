"""A Flux Kustomization applies custom resources, and does not wait for the one that brings their kind.

At the first start of a cluster Flux finds no such kind and applies nothing of it: `no matches for kind`. It tries
again, and may succeed by luck; a cluster that is built anew hangs, or takes hours. Known are kinds whose definition is
in the repo, and those of some well-known charts.

```yaml
kind: Kustomization            # of ./issuers, which holds a ClusterIssuer
spec:
  dependsOn:
    - name: cert-manager       # missing
```

Fix: add the Flux Kustomization that brings the kind to `dependsOn`. A kind that something outside of the repo brings
first is listed in `lint: {known: {crds: [KIND.GROUP]}}`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.flux import FluxKustomization
from infra_tool.lint.cluster import Cluster, Kind
from infra_tool.lint.cluster.object import FLUX_KUSTOMIZATION, HELM_RELEASE
from infra_tool.lint.cluster.values import text
from infra_tool.lint.mark import Mark, at
from infra_tool.yamldoc import Sequence, lookup
from infra_tool.yamldoc import text as scalar

CODE = "F023"
NAME = "early-custom-resource"
SEVERITY: Severity = "warning"

DEFINITION = Kind("apiextensions.k8s.io", "CustomResourceDefinition")
CHARTS = {
    "cert-manager": ("cert-manager.io", "acme.cert-manager.io"),
    "external-secrets": ("external-secrets.io",),
    "kube-prometheus-stack": ("monitoring.coreos.com",),
    "prometheus-operator-crds": ("monitoring.coreos.com",),
    "sealed-secrets": ("bitnami.com",),
    "metallb": ("metallb.io",),
    "cloudnative-pg": ("postgresql.cnpg.io",),
    "kyverno": ("kyverno.io",),
}
"""The groups whose kinds a chart brings, by its name."""

Key = tuple[str, str]


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield Flux Kustomizations that may come before the kinds of what they apply."""
    brought = _brought(cluster)
    told: set[tuple[Key, str]] = set()
    known = cluster.repo.facts.config.lint.known.crds
    for one in cluster.objects if brought else ():
        by, group = one.root.by, one.kind.group
        if by is None or group not in brought or _key(by) in brought[group] or (_key(by), group) in told:
            continue
        if f"{one.kind.name}.{group}" in known:
            continue
        told.add((_key(by), group))
        if not brought[group].intersection(_awaited(cluster, by)):
            names = " or ".join(sorted(name for _, name in brought[group]))
            message = f"it applies {one.kind.name} {one.name}, and does not wait for {names}, which brings the kind"
            yield at(by.file, lookup(by.root, "metadata", "name"), message, f"add {names} to spec.dependsOn")


def _brought(cluster: Cluster) -> dict[str, set[Key]]:
    """Return the Flux Kustomizations that bring kinds, by the group of these."""
    found: dict[str, set[Key]] = {}
    for one in cluster.of(DEFINITION, HELM_RELEASE):
        chart = text(one.value, "spec", "chart", "spec", "chart").rpartition("/")[2]
        groups = (text(one.value, "spec", "group"),) if one.kind == DEFINITION else CHARTS.get(chart, ())
        if one.root.by is not None:
            for group in groups:
                found.setdefault(group, set()).add(_key(one.root.by))
    return found


def _awaited(cluster: Cluster, by: FluxKustomization) -> set[Key]:
    """Return what a Flux Kustomization waits for, and what applies it: that was there before."""
    known = {_key(each): each for each in cluster.repo.flux if each.cluster == by.cluster}
    found: set[Key] = set()
    pending = [by]
    while pending:
        one = pending.pop()
        listed = lookup(one.root, "spec", "dependsOn")
        for entry in listed.values() if isinstance(listed, Sequence) else ():
            key = (scalar(entry, "namespace") or one.namespace, scalar(entry, "name") or "")
            if key not in found:
                found.add(key)
                pending += [known[key]] if key in known else []
    itself = cluster.find(FLUX_KUSTOMIZATION, by.namespace, by.name)
    return found if itself is None or itself.root.by is None else {*found, _key(itself.root.by)}


def _key(by: FluxKustomization) -> Key:
    return by.namespace, by.name
