"""The places that kustomize 5.8.1 knows by itself.

A line is `path [+] [Kind[,Kind] [group[/version]]]`: `+` makes the field where it is missing, `-` stands for no group.
"""

from collections.abc import Iterator

from infra_tool.kustomize.render.fieldspec import FieldSpec
from infra_tool.kustomize.render.resource import Gvk

NAMESPACE = """
metadata/name + Namespace
spec/service/namespace + APIService apiregistration.k8s.io
spec/conversion/webhook/clientConfig/service/namespace CustomResourceDefinition apiextensions.k8s.io
"""

TEMPLATE_LABELS = """
metadata/labels +
spec/template/metadata/labels + ReplicationController -/v1
spec/template/metadata/labels + Deployment,ReplicaSet,DaemonSet
spec/template/metadata/labels + StatefulSet apps
spec/volumeClaimTemplates[]/metadata/labels + StatefulSet apps
spec/template/metadata/labels + Job batch
spec/jobTemplate/metadata/labels + CronJob batch
spec/jobTemplate/spec/template/metadata/labels + CronJob batch
"""

AFFINITY = "".join(
    f"spec/template/spec/affinity/{name}/{when}/labelSelector/matchLabels Deployment,StatefulSet apps\n"
    for name in ("podAffinity", "podAntiAffinity")
    for when in (
        "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
        "requiredDuringSchedulingIgnoredDuringExecution",
    )
)

SELECTORS = f"""
spec/selector + Service -/v1
spec/selector + ReplicationController -/v1
spec/selector/matchLabels + Deployment,ReplicaSet,DaemonSet
spec/selector/matchLabels + StatefulSet apps
{AFFINITY}
spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels Deployment,StatefulSet apps
spec/selector/matchLabels Job batch
spec/jobTemplate/spec/selector/matchLabels CronJob batch
spec/selector/matchLabels PodDisruptionBudget policy
spec/podSelector/matchLabels NetworkPolicy networking.k8s.io
spec/ingress/from/podSelector/matchLabels NetworkPolicy networking.k8s.io
spec/egress/to/podSelector/matchLabels NetworkPolicy networking.k8s.io
"""

ANNOTATIONS = """
metadata/annotations +
spec/template/metadata/annotations + ReplicationController -/v1
spec/template/metadata/annotations + Deployment,ReplicaSet,DaemonSet,StatefulSet
spec/template/metadata/annotations + Job batch
spec/jobTemplate/metadata/annotations + CronJob batch
spec/jobTemplate/spec/template/metadata/annotations + CronJob batch
"""

IMAGES = "".join(
    f"{prefix}{path} +\n"
    for prefix in ("spec/", "spec/template/spec/")
    for path in ("containers[]/image", "initContainers[]/image", "volumes[]/image/reference")
)

REPLICAS = "spec/replicas + Deployment,ReplicationController,ReplicaSet,StatefulSet"

POD_SPECS = (
    ("spec", "Pod", "-/v1"),
    ("template/spec", "PodTemplate", ""),
    ("spec/template/spec", "Deployment,ReplicaSet,DaemonSet,StatefulSet,Job", ""),
    ("spec/jobTemplate/spec/template/spec", "CronJob", ""),
)
"""Where ConfigMaps and Secrets are named."""

OTHER_POD_SPECS = (
    ("spec", "Pod"),
    ("spec/template/spec", "StatefulSet,Deployment,ReplicationController,Job,DaemonSet"),
    ("spec/jobTemplate/spec/template/spec", "CronJob"),
)
"""Where other things of a pod are named."""


def _in_pods(*paths: str) -> str:
    return "".join(f"{place}/{path} {kinds} {group}\n" for place, kinds, group in POD_SPECS for path in paths)


def _in_other_pods(path: str) -> str:
    return "".join(f"{place}/{path} {kinds}\n" for place, kinds in OTHER_POD_SPECS)


def _in_containers(*paths: str) -> tuple[str, ...]:
    return tuple(f"{name}/{path}" for name in ("containers", "initContainers") for path in paths)


CONFIG_MAPS = (
    _in_pods(
        "volumes/configMap/name",
        "volumes/projected/sources/configMap/name",
        *_in_containers("env/valueFrom/configMapKeyRef/name", "envFrom/configMapRef/name"),
    )
    + r"""
spec/configSource/configMap Node
rules/resourceNames Role,ClusterRole
metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap Ingress
"""
)

SECRETS = (
    _in_pods(
        "volumes/secret/secretName",
        "volumes/projected/sources/secret/name",
        "imagePullSecrets/name",
        *_in_containers("env/valueFrom/secretKeyRef/name", "envFrom/secretRef/name"),
    )
    + r"""
spec/tls/secretName Ingress
metadata/annotations/ingress.kubernetes.io\/auth-secret Ingress
metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret Ingress
metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret Ingress
imagePullSecrets/name ServiceAccount
parameters/secretName StorageClass
parameters/adminSecretName StorageClass
parameters/userSecretName StorageClass
parameters/secretRef StorageClass
rules/resourceNames Role,ClusterRole
spec/template/spec/containers/env/valueFrom/secretKeyRef/name Service serving.knative.dev/v1
spec/azureFile/secretName PersistentVolume
"""
)

SERVICES = """
spec/serviceName StatefulSet apps
spec/rules/http/paths/backend/serviceName Ingress
spec/backend/serviceName Ingress
spec/rules/http/paths/backend/service/name Ingress
spec/defaultBackend/service/name Ingress
spec/service/name APIService apiregistration.k8s.io
webhooks/clientConfig/service ValidatingWebhookConfiguration,MutatingWebhookConfiguration admissionregistration.k8s.io
"""

VARIABLES = (
    "".join(
        f"{place}/{path} {kinds}\n"
        for place, kinds in (
            ("spec", "Pod"),
            ("spec/template/spec", "Deployment,ReplicaSet,DaemonSet,StatefulSet,Job"),
            ("spec/jobTemplate/spec/template/spec", "CronJob"),
        )
        for path in _in_containers("args", "command", "env/value", "volumeMounts/mountPath")
    )
    + """
spec/volumes/nfs/server Pod
spec/template/spec/volumes/nfs/server Deployment,ReplicaSet,DaemonSet,Job
spec/jobTemplate/spec/template/volumes/nfs/server CronJob
spec/volumeClaimTemplates/spec/nfs/server StatefulSet
spec/nfs/server PersistentVolume
spec/template/metadata/annotations Deployment
spec/rules/host Ingress
spec/tls/hosts Ingress
spec/tls/secretName Ingress
spec/ports/port Service
spec/ports/targetPort Service
metadata/labels
metadata/annotations
"""
)
"""Where `$(NAME)` is a variable; places that no Kubernetes object has are kustomize's."""

RBAC = "rbac.authorization.k8s.io"
SCALED = "spec/scaleTargetRef/name HorizontalPodAutoscaler"
REFERENCES: tuple[tuple[str, str], ...] = (
    ("Deployment", SCALED),
    ("ReplicationController", SCALED),
    ("ReplicaSet", SCALED),
    ("StatefulSet", SCALED),
    ("ConfigMap -/v1", CONFIG_MAPS),
    ("Secret -/v1", SECRETS),
    ("Service -/v1", SERVICES),
    (f"Role {RBAC}", f"roleRef/name RoleBinding {RBAC}"),
    (f"ClusterRole {RBAC}", f"roleRef/name RoleBinding,ClusterRoleBinding {RBAC}"),
    (
        "ServiceAccount -/v1",
        f"subjects RoleBinding,ClusterRoleBinding {RBAC}\n{_in_other_pods('serviceAccountName')}",
    ),
    ("PersistentVolumeClaim -/v1", _in_other_pods("volumes/persistentVolumeClaim/claimName")),
    ("PersistentVolume -/v1", "spec/volumeName PersistentVolumeClaim\nrules/resourceNames ClusterRole"),
    (
        "StorageClass storage.k8s.io/v1",
        """
spec/storageClassName PersistentVolume,PersistentVolumeClaim
spec/volumeClaimTemplates/spec/storageClassName StatefulSet
""",
    ),
    ("PriorityClass scheduling.k8s.io/v1", _in_other_pods("priorityClassName")),
    (
        "ValidatingAdmissionPolicy admissionregistration.k8s.io",
        "spec/policyName ValidatingAdmissionPolicyBinding admissionregistration.k8s.io",
    ),
)
"""What is referred to, and where. IngressClass is missing: kustomize's own entry has a group that none has."""


def specs(table: str) -> tuple[FieldSpec, ...]:
    """Return the specs of a table."""
    return tuple(spec for line in table.splitlines() if line.strip() for spec in _line(line.split()))


def _line(words: list[str]) -> Iterator[FieldSpec]:
    path, *rest = words
    create = rest[:1] == ["+"]
    rest = rest[create:]
    kinds = rest[0].split(",") if rest else [""]
    for kind in kinds:
        yield FieldSpec(_gvk(kind, rest[1] if len(rest) > 1 else ""), path, create)


def _gvk(kind: str, group_version: str) -> Gvk:
    group, _, version = group_version.partition("/")
    return Gvk(group.removeprefix("-"), version, kind)


def references() -> Iterator[tuple[Gvk, tuple[FieldSpec, ...]]]:
    """Yield what is referred to by name, with the places."""
    for target, table in REFERENCES:
        kind, _, group_version = target.partition(" ")
        yield _gvk(kind, group_version), specs(table)
