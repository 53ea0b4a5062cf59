"""A class or an issuer is named that does not seem to be there.

An Ingress of an unknown class is served by nobody, a claim of an unknown StorageClass waits for ever, a pod with an
unknown PriorityClass or RuntimeClass is refused, a Certificate of an unknown issuer is never issued. Charts and the
cluster itself bring many of them: one counts as missing where the repo has others of the kind and no chart could
bring it, or where it looks like a misspelt name of one that the repo has, or uses elsewhere.

```yaml
kind: PersistentVolumeClaim
spec:
  storageClassName: local-pth  # it is called local-path
```

Fix: correct the name, add the object, or list a StorageClass in `lint: {known: {storage_classes: [NAME]}}`.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster, Kind, Object
from infra_tool.lint.cluster.misspelt import is_misspelt
from infra_tool.lint.cluster.object import CLAIM, INGRESS, STATEFUL_SET, VOLUME
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.producers import CERTIFICATE
from infra_tool.lint.cluster.values import leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "R015"
NAME = "missing-class"
SEVERITY: Severity = "warning"

INGRESS_CLASS = Kind("networking.k8s.io", "IngressClass")
STORAGE_CLASS = Kind("storage.k8s.io", "StorageClass")
PRIORITY_CLASS = Kind("scheduling.k8s.io", "PriorityClass")
RUNTIME_CLASS = Kind("node.k8s.io", "RuntimeClass")
ISSUER, CLUSTER_ISSUER = Kind("cert-manager.io", "Issuer"), Kind("cert-manager.io", "ClusterIssuer")
ANNOTATIONS = {"cert-manager.io/cluster-issuer": CLUSTER_ISSUER, "cert-manager.io/issuer": ISSUER}
ISSUERS = {"": ISSUER, ISSUER.name: ISSUER, CLUSTER_ISSUER.name: CLUSTER_ISSUER}
BUILT_IN = {
    PRIORITY_CLASS: ("system-cluster-critical", "system-node-critical"),
    STORAGE_CLASS: ("", "local-path", "standard", "default"),
    INGRESS_CLASS: ("traefik", "nginx"),
}
"""Names that Kubernetes and its usual distributions bring, or that mean none."""


class Use(NamedTuple):
    """A name of a class or issuer, and the object that gives it."""

    kind: Kind
    name: Leaf
    by: Object


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield names of classes and issuers that are not there, or misspelt."""
    uses = list(_uses(cluster))
    counts = Counter((use.kind, _namespace(use), use.name.text) for use in uses)
    for use in uses:
        name, key = use.name.text, (use.kind, _namespace(use))
        here = [one.name for one in cluster.of(use.kind) if use.kind != ISSUER or one.namespace == use.by.namespace]
        known = (*here, *_known(cluster, use.kind))
        if "$" in name or name in known:
            continue
        often = (
            other for (*place, other), count in counts.items() if tuple(place) == key and count > counts[*key, name]
        )
        close = next((other for other in (*known, *often) if is_misspelt(name, other)), None)
        if close is not None or (here and cluster.lacks(*key, name)):
            help_ = f"did you mean {close}?" if close is not None else "add it, or correct the name"
            yield point(use.by, use.name, f"there is no {use.kind.name} {name}", help_)


def _uses(cluster: Cluster) -> Iterator[Use]:
    for one in cluster.of(INGRESS):
        yield from _use(INGRESS_CLASS, one, leaf(one.value, "spec", "ingressClassName"))
        for annotation, kind in ANNOTATIONS.items():
            yield from _use(kind, one, leaf(one.value, "metadata", "annotations", annotation))
    yield from _storage(cluster)
    for pod in cluster.pods:
        yield from _use(PRIORITY_CLASS, pod.owner, leaf(pod.spec, "priorityClassName"))
        yield from _use(RUNTIME_CLASS, pod.owner, leaf(pod.spec, "runtimeClassName"))
    for one in cluster.of(CERTIFICATE):
        issuer = ISSUERS.get(text(one.value, "spec", "issuerRef", "kind"))
        if issuer is not None:
            yield from _use(issuer, one, leaf(one.value, "spec", "issuerRef", "name"))


def _storage(cluster: Cluster) -> Iterator[Use]:
    for one in cluster.of(CLAIM, VOLUME):
        yield from _use(STORAGE_CLASS, one, leaf(one.value, "spec", "storageClassName"))
    for one in cluster.of(STATEFUL_SET):
        for template in maps(one.value, "spec", "volumeClaimTemplates"):
            yield from _use(STORAGE_CLASS, one, leaf(template, "spec", "storageClassName"))


def _use(kind: Kind, by: Object, name: Leaf | None) -> Iterator[Use]:
    if name is not None:
        yield Use(kind, name, by)


def _namespace(use: Use) -> str:
    return use.by.namespace if use.kind == ISSUER else ""


def _known(cluster: Cluster, kind: Kind) -> tuple[str, ...]:
    stated = cluster.repo.facts.config.lint.known.storage_classes if kind == STORAGE_CLASS else ()
    return (*BUILT_IN.get(kind, ()), *stated)
