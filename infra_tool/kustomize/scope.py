"""Which kinds have no namespace, as far as kustomize 5.8.1 knows: the built-in ones of Kubernetes 1.21."""

DEFAULT = "default"
"""The namespace of an object that names none; kustomize takes both for the same."""

CLUSTER_SCOPED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
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
"""By group: in which versions, which kinds."""


def is_cluster_scoped(kind: str, group: str, version: str | None = None) -> bool:
    """Tell whether a kind, of a version or of any, is one without a namespace; what is not known has one."""
    versions, kinds = CLUSTER_SCOPED.get(group, ((), ()))
    return kind in kinds and version in (None, *versions)
