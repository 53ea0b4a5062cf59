"""API versions that Kubernetes deprecated and took away, and in which minor version.

Those of 1.25 and later are held against kubernetes-validate's files in a test; the ones before that from the
deprecation guide: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from typing import NamedTuple

from infra_tool.schema.source import minor


class Lifetime(NamedTuple):
    """When an API version was deprecated, and when removed; None: not yet."""

    deprecated: str
    removed: str | None

    def is_removed(self, version: str) -> bool:
        """Tell whether a minor version of Kubernetes lacks it."""
        return self.removed is not None and minor(version) >= minor(self.removed)

    def is_deprecated(self, version: str) -> bool:
        """Tell whether a minor version of Kubernetes still has it, and warns."""
        return minor(version) >= minor(self.deprecated) and not self.is_removed(version)


FLOW = ("FlowSchema", "PriorityLevelConfiguration")
RBAC = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
WEBHOOKS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
POLICIES = ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")
WORKLOADS = ("Deployment", "DaemonSet", "ReplicaSet", "StatefulSet")

LIFETIMES: dict[tuple[str, tuple[str, ...]], Lifetime] = {
    ("extensions/v1beta1", WORKLOADS): Lifetime("1.8", "1.16"),
    ("apps/v1beta1", WORKLOADS): Lifetime("1.8", "1.16"),
    ("apps/v1beta2", WORKLOADS): Lifetime("1.9", "1.16"),
    ("extensions/v1beta1", ("NetworkPolicy",)): Lifetime("1.9", "1.16"),
    ("extensions/v1beta1", ("PodSecurityPolicy",)): Lifetime("1.10", "1.16"),
    ("extensions/v1beta1", ("Ingress",)): Lifetime("1.14", "1.22"),
    ("networking.k8s.io/v1beta1", ("Ingress", "IngressClass")): Lifetime("1.19", "1.22"),
    ("rbac.authorization.k8s.io/v1beta1", RBAC): Lifetime("1.17", "1.22"),
    ("admissionregistration.k8s.io/v1beta1", WEBHOOKS): Lifetime("1.16", "1.22"),
    ("apiextensions.k8s.io/v1beta1", ("CustomResourceDefinition",)): Lifetime("1.16", "1.22"),
    ("apiregistration.k8s.io/v1beta1", ("APIService",)): Lifetime("1.19", "1.22"),
    ("certificates.k8s.io/v1beta1", ("CertificateSigningRequest",)): Lifetime("1.19", "1.22"),
    ("coordination.k8s.io/v1beta1", ("Lease",)): Lifetime("1.19", "1.22"),
    ("scheduling.k8s.io/v1beta1", ("PriorityClass",)): Lifetime("1.14", "1.22"),
    ("storage.k8s.io/v1beta1", ("StorageClass", "CSIDriver", "CSINode", "VolumeAttachment")): Lifetime("1.19", "1.22"),
    ("autoscaling/v2beta1", ("HorizontalPodAutoscaler",)): Lifetime("1.22", "1.25"),
    ("batch/v1beta1", ("CronJob",)): Lifetime("1.21", "1.25"),
    ("discovery.k8s.io/v1beta1", ("EndpointSlice",)): Lifetime("1.21", "1.25"),
    ("events.k8s.io/v1beta1", ("Event",)): Lifetime("1.19", "1.25"),
    ("node.k8s.io/v1beta1", ("RuntimeClass",)): Lifetime("1.20", "1.25"),
    ("policy/v1beta1", ("PodDisruptionBudget",)): Lifetime("1.21", "1.25"),
    ("policy/v1beta1", ("PodSecurityPolicy",)): Lifetime("1.21", "1.25"),
    ("autoscaling/v2beta2", ("HorizontalPodAutoscaler",)): Lifetime("1.23", "1.26"),
    ("flowcontrol.apiserver.k8s.io/v1beta1", FLOW): Lifetime("1.23", "1.26"),
    ("storage.k8s.io/v1beta1", ("CSIStorageCapacity",)): Lifetime("1.24", "1.27"),
    ("flowcontrol.apiserver.k8s.io/v1beta2", FLOW): Lifetime("1.26", "1.29"),
    ("flowcontrol.apiserver.k8s.io/v1beta3", FLOW): Lifetime("1.29", "1.32"),
    ("v1", ("Endpoints",)): Lifetime("1.33", None),
    ("admissionregistration.k8s.io/v1beta1", POLICIES): Lifetime("1.30", "1.34"),
    ("networking.k8s.io/v1beta1", ("IPAddress", "ServiceCIDR")): Lifetime("1.33", "1.37"),
    ("storage.k8s.io/v1beta1", ("VolumeAttributesClass",)): Lifetime("1.34", "1.37"),
}

_BY_KIND = {(version, kind): lifetime for (version, kinds), lifetime in LIFETIMES.items() for kind in kinds}
_VERSIONS = frozenset(version for version, _ in _BY_KIND)


def lifetime(api_version: str | None, kind: str | None) -> Lifetime | None:
    """Return when a kind was deprecated in an API version; None when it was not."""
    if api_version not in _VERSIONS or kind is None:
        return None
    return _BY_KIND.get((api_version, kind))
