"""Which kinds have no namespace, as far as kustomize 5.8.1 knows: the built-in ones of Kubernetes 1.21."""

from itertools import product

VERSIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "": (("v1",), ("Namespace", "Node", "PersistentVolume", "ComponentStatus", "NodeProxyOptions")),
    "admissionregistration.k8s.io": (
        ("v1", "v1beta1"),
        ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
    ),
    "apiextensions.k8s.io": (("v1", "v1beta1"), ("CustomResourceDefinition",)),
    "apiregistration.k8s.io": (("v1", "v1beta1"), ("APIService",)),
    "certificates.k8s.io": (("v1", "v1beta1"), ("CertificateSigningRequest",)),
    "flowcontrol.apiserver.k8s.io": (("v1beta1",), ("FlowSchema", "PriorityLevelConfiguration")),
    "networking.k8s.io": (("v1", "v1beta1"), ("IngressClass",)),
    "node.k8s.io": (("v1", "v1beta1"), ("RuntimeClass",)),
    "policy": (("v1beta1",), ("PodSecurityPolicy",)),
    "rbac.authorization.k8s.io": (("v1", "v1beta1"), ("ClusterRole", "ClusterRoleBinding")),
    "scheduling.k8s.io": (("v1", "v1beta1"), ("PriorityClass",)),
    "storage.k8s.io": (("v1", "v1beta1"), ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment")),
}
CLUSTER_SCOPED = frozenset(
    (f"{group}/{version}" if group else version, kind)
    for group, (versions, kinds) in VERSIONS.items()
    for version, kind in product(versions, kinds)
)


def is_cluster_scoped(api_version: str, kind: str) -> bool:
    """Tell whether kustomize takes a kind for one without a namespace; what it does not know has one."""
    return (api_version, kind) in CLUSTER_SCOPED
