"""An object of Flux names another one that is not there.

An Alert without its Provider tells nobody, a Receiver for a misspelt source wakes nothing, an ImagePolicy without its
ImageRepository never finds a tag; the status of the object says so, and nobody reads that.

```yaml
kind: Alert
spec:
  providerRef:
    name: mattermots           # it is called mattermost
```

Fix: correct the name; one of another namespace needs `namespace`, where the kind allows that.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render.value import Map
from infra_tool.lint.cluster import Cluster, Kind, Object
from infra_tool.lint.cluster.absent import absent
from infra_tool.lint.cluster.cluster import FLUX
from infra_tool.lint.cluster.object import FLUX_KUSTOMIZATION, HELM_RELEASE, SECRET
from infra_tool.lint.cluster.values import get, leaf, maps, text
from infra_tool.lint.mark import Mark

CODE = "F024"
NAME = "missing-object"
SEVERITY: Severity = "error"

NOTIFICATION, IMAGE, SOURCE = (f"{name}.toolkit.fluxcd.io" for name in ("notification", "image", "source"))
ALERT, RECEIVER, PROVIDER = (Kind(NOTIFICATION, name) for name in ("Alert", "Receiver", "Provider"))
POLICY, REPOSITORY = Kind(IMAGE, "ImagePolicy"), Kind(IMAGE, "ImageRepository")
LISTED = {ALERT: "eventSources", RECEIVER: "resources"}
NAMED = {ALERT: ("providerRef", PROVIDER), POLICY: ("imageRepositoryRef", REPOSITORY)}
SOURCES = tuple(
    Kind(SOURCE, name) for name in ("GitRepository", "HelmRepository", "OCIRepository", "Bucket", "HelmChart")
)
KINDS = {kind.name: kind for kind in (*SOURCES, FLUX_KUSTOMIZATION, HELM_RELEASE, POLICY, REPOSITORY)}
WITH_SECRET = (*SOURCES, PROVIDER, RECEIVER, REPOSITORY)


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield names of what is not there."""
    for one in cluster.of(*NAMED):
        field, kind = NAMED[one.kind]
        yield from _named(cluster, one, kind, get(one.value, "spec", field))
    for one in cluster.of(*LISTED):
        for entry in maps(one.value, "spec", LISTED[one.kind]):
            if text(entry, "kind") in KINDS:
                yield from _named(cluster, one, KINDS[text(entry, "kind")], entry)
    for one in cluster.of(*WITH_SECRET):
        name = leaf(one.value, "spec", "secretRef", "name")
        if name is not None:
            yield from absent(cluster, one, SECRET, name)


def _named(cluster: Cluster, one: Object, kind: Kind, entry: object) -> Iterator[Mark]:
    """Yield the name in an entry; what `flux bootstrap` makes need not be in the repo."""
    name = leaf(entry, "name") if isinstance(entry, Map) else None
    namespace = text(entry, "namespace") or one.namespace if isinstance(entry, Map) else ""
    if name is not None and name.text != "*" and (namespace, name.text) != (FLUX, FLUX):
        yield from absent(cluster, one, kind, name, namespace=namespace)
