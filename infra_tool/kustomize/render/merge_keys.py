"""Which lists of built-in kinds are merged item by item, and by which keys: as Kubernetes 1.21 has it.

Any other list is replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product


@dataclass(frozen=True)
class Shape:
    """What is known of a field: `keys` of a list's items, nothing for texts that are merged; and what lies below."""

    keys: tuple[str, ...] | None = None
    fields: Mapping[str, "Shape"] = field(default_factory=dict)


def _by(*keys: str, **fields: Shape) -> Shape:
    return Shape(keys, fields)


def _at(path: str, shape: Shape) -> dict[str, Shape]:
    """Return the fields of an object that has a shape at a path."""
    name, _, rest = path.partition("/")
    return {name: Shape(None, _at(rest, shape)) if rest else shape}


def _both(one: Mapping[str, Shape], other: Mapping[str, Shape]) -> dict[str, Shape]:
    found = dict(one)
    for name, shape in other.items():
        known = found.get(name)
        found[name] = Shape(known.keys, _both(known.fields, shape.fields)) if known else shape
    return found


METADATA = {"metadata": Shape(None, {"finalizers": _by(), "ownerReferences": _by("uid")})}
EPHEMERAL = {
    "env": _by("name"),
    "volumeDevices": _by("devicePath"),
    "volumeMounts": _by("mountPath"),
}
CONTAINER = {**EPHEMERAL, "ports": _by("containerPort", "protocol")}
POD = {
    "containers": _by("name", **CONTAINER),
    "initContainers": _by("name", **CONTAINER),
    "ephemeralContainers": _by("name", **EPHEMERAL),
    "hostAliases": _by("ip"),
    "imagePullSecrets": _by("name"),
    "topologySpreadConstraints": _by("topologyKey", "whenUnsatisfiable"),
    "volumes": _by("name", ephemeral=Shape(None, {"volumeClaimTemplate": Shape(None, METADATA)})),
}
POD_TEMPLATE = Shape(None, {**METADATA, "spec": Shape(None, POD)})
CONDITIONS = _by("type")
STATUS = _at("status/conditions", CONDITIONS)
WORKLOAD = _both(_at("spec/template", POD_TEMPLATE), STATUS)
CLAIM_TEMPLATES = Shape(None, {**METADATA, **STATUS})
CRON = _at("spec/jobTemplate", Shape(None, {**METADATA, "spec": Shape(None, {"template": POD_TEMPLATE})}))
PLAIN: dict[str, Shape] = {}

KINDS: tuple[tuple[str, str, Mapping[str, Shape]], ...] = (
    ("admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1",
     "MutatingWebhookConfiguration ValidatingWebhookConfiguration", {"webhooks": _by("name")}),
    ("apiextensions.k8s.io/v1 apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", PLAIN),
    ("apiregistration.k8s.io/v1 apiregistration.k8s.io/v1beta1", "APIService", STATUS),
    ("apps/v1", "Deployment DaemonSet ReplicaSet", WORKLOAD),
    ("apps/v1", "StatefulSet", _both(WORKLOAD, _at("spec/volumeClaimTemplates", CLAIM_TEMPLATES))),
    ("apps/v1", "ControllerRevision", PLAIN),
    ("autoscaling/v1 autoscaling/v2beta1 autoscaling/v2beta2", "HorizontalPodAutoscaler", PLAIN),
    ("autoscaling/v1", "Scale", PLAIN),
    ("batch/v1", "Job", WORKLOAD),
    ("batch/v1 batch/v1beta1", "CronJob", CRON),
    ("certificates.k8s.io/v1 certificates.k8s.io/v1beta1", "CertificateSigningRequest", PLAIN),
    ("coordination.k8s.io/v1 coordination.k8s.io/v1beta1", "Lease", PLAIN),
    ("discovery.k8s.io/v1 discovery.k8s.io/v1beta1", "EndpointSlice", PLAIN),
    ("events.k8s.io/v1 events.k8s.io/v1beta1", "Event", PLAIN),
    ("extensions/v1beta1 networking.k8s.io/v1 networking.k8s.io/v1beta1", "Ingress", PLAIN),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema PriorityLevelConfiguration", PLAIN),
    ("networking.k8s.io/v1 networking.k8s.io/v1beta1", "IngressClass", PLAIN),
    ("networking.k8s.io/v1", "NetworkPolicy", PLAIN),
    ("node.k8s.io/v1 node.k8s.io/v1beta1", "RuntimeClass", PLAIN),
    ("policy/v1 policy/v1beta1", "PodDisruptionBudget", STATUS),
    ("policy/v1beta1", "PodSecurityPolicy", PLAIN),
    ("rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1",
     "ClusterRole ClusterRoleBinding Role RoleBinding", PLAIN),
    ("scheduling.k8s.io/v1 scheduling.k8s.io/v1beta1", "PriorityClass", PLAIN),
    ("storage.k8s.io/v1 storage.k8s.io/v1beta1", "CSINode", _at("spec/drivers", _by("name"))),
    ("storage.k8s.io/v1 storage.k8s.io/v1beta1", "CSIDriver StorageClass VolumeAttachment", PLAIN),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity", PLAIN),
    ("v1", "ComponentStatus", {"conditions": CONDITIONS}),
    ("v1", "Namespace PersistentVolumeClaim", STATUS),
    ("v1", "Node", _both(_both(STATUS, _at("spec/podCIDRs", _by())), _at("status/addresses", _by("type")))),
    ("v1", "Pod", _both(_both({"spec": Shape(None, POD)}, STATUS), _at("status/podIPs", _by("ip")))),
    ("v1", "PodTemplate", {"template": POD_TEMPLATE}),
    ("v1", "ReplicationController", WORKLOAD),
    ("v1", "Service", _both(_at("spec/ports", _by("port", "protocol")), STATUS)),
    ("v1", "ServiceAccount", {"secrets": _by("name")}),
    ("v1", "Binding ConfigMap Endpoints Event LimitRange PersistentVolume ResourceQuota Secret", PLAIN),
)  # fmt: skip
SHAPES = {
    (version, kind): Shape(None, {**METADATA, **fields})
    for versions, kinds, fields in KINDS
    for version, kind in product(versions.split(), kinds.split())
}


def shape_of(api_version: str, kind: str) -> Shape | None:
    """Return what is known of a kind; None for one that is not built in."""
    return SHAPES.get((api_version, kind))
