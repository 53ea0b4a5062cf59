"""An object that a cluster gets."""

from typing import NamedTuple

from infra_tool.flux import Root
from infra_tool.kustomize import scope
from infra_tool.kustomize.render import Resource
from infra_tool.kustomize.render.value import Map


class Kind(NamedTuple):
    """A kind by its group, whatever the version."""

    group: str
    name: str


CONFIG_MAP = Kind("", "ConfigMap")
SECRET = Kind("", "Secret")
SERVICE = Kind("", "Service")
SERVICE_ACCOUNT = Kind("", "ServiceAccount")
NAMESPACE = Kind("", "Namespace")
CLAIM = Kind("", "PersistentVolumeClaim")
VOLUME = Kind("", "PersistentVolume")
POD = Kind("", "Pod")
DEPLOYMENT = Kind("apps", "Deployment")
STATEFUL_SET = Kind("apps", "StatefulSet")
DAEMON_SET = Kind("apps", "DaemonSet")
REPLICA_SET = Kind("apps", "ReplicaSet")
JOB = Kind("batch", "Job")
CRON_JOB = Kind("batch", "CronJob")
INGRESS = Kind("networking.k8s.io", "Ingress")
NETWORK_POLICY = Kind("networking.k8s.io", "NetworkPolicy")
DISRUPTION_BUDGET = Kind("policy", "PodDisruptionBudget")
AUTOSCALER = Kind("autoscaling", "HorizontalPodAutoscaler")
ROLE = Kind("rbac.authorization.k8s.io", "Role")
CLUSTER_ROLE = Kind("rbac.authorization.k8s.io", "ClusterRole")
ROLE_BINDING = Kind("rbac.authorization.k8s.io", "RoleBinding")
CLUSTER_ROLE_BINDING = Kind("rbac.authorization.k8s.io", "ClusterRoleBinding")
FLUX_KUSTOMIZATION = Kind("kustomize.toolkit.fluxcd.io", "Kustomization")
HELM_RELEASE = Kind("helm.toolkit.fluxcd.io", "HelmRelease")

NAMESPACED = frozenset(
    (
        CONFIG_MAP, SECRET, SERVICE, SERVICE_ACCOUNT, CLAIM, POD, DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET,
        JOB, CRON_JOB, INGRESS, NETWORK_POLICY, DISRUPTION_BUDGET, AUTOSCALER, ROLE, ROLE_BINDING, HELM_RELEASE,
    )
)  # fmt: skip
"""Kinds whose objects have to be in a namespace."""


class Object(NamedTuple):
    """An object as the cluster gets it; `namespace` is empty for a kind that has none.

    `earlier` are the names that it had before kustomizations on the way changed them.
    """

    kind: Kind
    namespace: str
    name: str
    value: Map
    root: Root
    earlier: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return `Kind/namespace/name`, without the namespace where there is none."""
        return "/".join(part for part in (self.kind.name, self.namespace, self.name) if part)


def object_of(resource: Resource, root: Root) -> Object:
    """Return a rendered object."""
    gvk, name = resource.gvk, resource.name
    kind = Kind(gvk.group, gvk.kind)
    namespace = "" if is_cluster_scoped(kind) else resource.namespace or scope.DEFAULT
    earlier = dict.fromkeys(old for _, _, old in resource.previous if old != name)
    return Object(kind, namespace, name, resource.root, root, tuple(earlier))


def is_cluster_scoped(kind: Kind) -> bool:
    """Tell whether objects of a kind have no namespace; what Kubernetes itself does not know is taken to have one."""
    return scope.is_cluster_scoped(kind.name, kind.group)
