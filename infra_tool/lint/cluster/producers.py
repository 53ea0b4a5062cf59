"""What comes to be in a cluster without being in the repo: what controllers make of objects that are."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from infra_tool.lint.cluster.object import (
    CLAIM,
    HELM_RELEASE,
    INGRESS,
    NAMESPACE,
    SECRET,
    STATEFUL_SET,
    Kind,
    Object,
)
from infra_tool.lint.cluster.values import flag, get, maps, text, texts

CERTIFICATE = Kind("cert-manager.io", "Certificate")
ISSUERS = (Kind("cert-manager.io", "Issuer"), Kind("cert-manager.io", "ClusterIssuer"))
EXTERNAL = Kind("external-secrets.io", "ExternalSecret")
SEALED = Kind("bitnami.com", "SealedSecret")
TLS_KEYS = frozenset(("tls.crt", "tls.key", "ca.crt"))
ISSUER_ANNOTATIONS = ("cert-manager.io/", "kubernetes.io/tls-acme")

QUIET_GROUPS = frozenset(
    (
        "source.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io", "image.toolkit.fluxcd.io",
        "kustomize.toolkit.fluxcd.io", "traefik.io", "traefik.containo.us", "cilium.io", "crd.projectcalico.org",
        "metallb.io", "external-secrets.io", "bitnami.com", "cert-manager.io", "acme.cert-manager.io",
        "externaldns.k8s.io", "autoscaling.k8s.io", "keda.sh", "k8s.cni.cncf.io", "velero.io",
    )
)  # fmt: skip
"""The groups of custom resources that make nothing that is not named here."""

QUIET = frozenset(
    Kind("monitoring.coreos.com", name)
    for name in ("ServiceMonitor", "PodMonitor", "PrometheusRule", "Probe", "ScrapeConfig", "AlertmanagerConfig")
)


DIGITS = 4
"""A number of replicas with as many digits is not taken at its word."""


class Made(NamedTuple):
    """An object that a controller makes; `keys` are those of a Secret or ConfigMap, None where they are not known."""

    kind: Kind
    namespace: str
    name: str
    keys: frozenset[str] | None = None


def made_by(one: Object) -> Iterator[Made]:
    """Yield what a controller makes of an object, as far as that is known by name."""
    make = MAKERS.get(one.kind)
    if make is not None:
        yield from make(one)


def is_unknown(one: Object) -> bool:
    """Tell whether a controller may make anything at all of an object."""
    group = one.kind.group
    if not group or group.endswith(".k8s.io") or "." not in group:
        return False
    return group not in QUIET_GROUPS and one.kind not in QUIET


def opened_by(one: Object) -> Iterator[str]:
    """Yield the namespaces in which an object may bring anything into being."""
    yield from {one.namespace, text(one.value, "spec", "targetNamespace") or one.namespace}


def _certificate(one: Object) -> Iterator[Made]:
    keystores = get(one.value, "spec", "keystores") or get(one.value, "spec", "additionalOutputFormats")
    keys = TLS_KEYS if keystores is None else None
    yield Made(SECRET, one.namespace, text(one.value, "spec", "secretName"), keys)


def _issuer(one: Object) -> Iterator[Made]:
    yield Made(SECRET, one.namespace, text(one.value, "spec", "acme", "privateKeySecretRef", "name"))


def _ingress(one: Object) -> Iterator[Made]:
    annotations = texts(one.value, "metadata", "annotations")
    if any(key.startswith(ISSUER_ANNOTATIONS) for key in annotations):
        for tls in maps(one.value, "spec", "tls"):
            yield Made(SECRET, one.namespace, text(tls, "secretName"), TLS_KEYS)


def _external(one: Object) -> Iterator[Made]:
    spec = get(one.value, "spec")
    template = get(spec, "target", "template")
    keys: frozenset[str] | None = frozenset(text(data, "secretKey") for data in maps(spec, "data"))
    if get(spec, "dataFrom") is not None or get(template, "templateFrom") is not None:
        keys = None
    elif template is not None and get(template, "data") is not None:
        merged = keys if text(template, "mergePolicy") == "Merge" else frozenset[str]()
        keys = frozenset(texts(template, "data")) | (merged or frozenset())
    yield Made(SECRET, one.namespace, text(spec, "target", "name") or one.name, keys)


def _sealed(one: Object) -> Iterator[Made]:
    spec = get(one.value, "spec")
    name = text(spec, "template", "metadata", "name") or one.name
    keys = frozenset((*texts(spec, "encryptedData"), *texts(spec, "template", "data")))
    yield Made(SECRET, one.namespace, name, keys if get(spec, "data") is None else None)


def _stateful(one: Object) -> Iterator[Made]:
    """Claims of a StatefulSet are called after the template, the set, and the number of the pod."""
    replicas = text(one.value, "spec", "replicas") or "1"
    for template in maps(one.value, "spec", "volumeClaimTemplates"):
        for number in range(int(replicas) if replicas.isdigit() and len(replicas) < DIGITS else 1):
            yield Made(CLAIM, one.namespace, f"{text(template, 'metadata', 'name')}-{one.name}-{number}")


def _release(one: Object) -> Iterator[Made]:
    namespace = text(one.value, "spec", "targetNamespace")
    if namespace and flag(one.value, "spec", "install", "createNamespace"):
        yield Made(NAMESPACE, "", namespace)


MAKERS: Mapping[Kind, Callable[[Object], Iterator[Made]]] = {
    CERTIFICATE: _certificate,
    **dict.fromkeys(ISSUERS, _issuer),
    INGRESS: _ingress,
    EXTERNAL: _external,
    SEALED: _sealed,
    STATEFUL_SET: _stateful,
    HELM_RELEASE: _release,
}


COPIES = ("reflector.v1.k8s.emberstack.com/", "replicator.v1.mittwald.de/")
"""Annotations by which controllers copy Secrets and ConfigMaps between namespaces."""

EVERYWHERE = frozenset(
    (
        Kind("external-secrets.io", "ClusterExternalSecret"),
        Kind("kyverno.io", "ClusterPolicy"),
        Kind("trust.cert-manager.io", "Bundle"),
        Kind("clustersecret.io", "ClusterSecret"),
    )
)
"""Kinds that bring Secrets and ConfigMaps into namespaces that they do not name."""


def is_copied(one: Object) -> bool:
    """Tell whether a controller copies an object to other namespaces, or fills it from another."""
    return any(key.startswith(COPIES) for key in texts(one.value, "metadata", "annotations"))
