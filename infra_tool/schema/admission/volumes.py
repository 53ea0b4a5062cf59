"""What the API server demands of volumes and claims. Source: pkg/apis/core/validation of Kubernetes."""

from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.containers import one_of
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.admission.quantity import parse
from infra_tool.schema.here import Here, repeated
from infra_tool.schema.violation import Violation

MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
FILE_TYPES = ("DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice")
NOT_A_SOURCE = "name"
NO_SOURCES = {
    *("accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy"),
    *("storageClassName", "volumeAttributesClassName", "volumeMode"),
}
"""Fields of a PersistentVolume that do not say where it is."""


def _volume(here: Here) -> Iterator[Violation]:
    """Demand one source; none means an emptyDir."""
    sources = tuple(name for name in here if name != NOT_A_SOURCE)
    yield from one_of(here, sources, f"volume {here.text('name') or ''}".strip(), needed=False)


def _file(here: Here) -> Iterator[Violation]:
    yield from one_of(here, ("fieldRef", "resourceFieldRef"), "a file of downwardAPI")
    resource = here.inside("resourceFieldRef")
    if resource is not None and not resource.is_given("containerName"):
        yield resource.lacking("K005", "`containerName` is missing, which a volume needs", "containerName")


def _projected(here: Here) -> Iterator[Violation]:
    """Demand that no two files of the sources have the same path."""
    for file, path in repeated((file for source in here.items("sources") for file in _files(source)), "path"):
        yield file.wrong("K010", "path", f"there are two files at {path}")


def _files(source: Here) -> Iterator[Here]:
    for name in ("secret", "configMap", "downwardAPI"):
        inside = source.inside(name)
        yield from inside.items("items") if inside is not None else ()
    for name in ("serviceAccountToken", "clusterTrustBundle"):
        inside = source.inside(name)
        if inside is not None:
            yield inside


def _is_positive(here: Here) -> Iterator[Violation]:
    """Demand a volume that has a size."""
    requests = here.inside("requests")
    if requests is None or not requests.is_given("storage"):
        yield here.lacking("K005", "`requests.storage` is missing", "storage")
        return
    size = parse(requests.known("storage"))
    if size is not None and size <= 0:
        yield requests.wrong("K008", "storage", "`storage` must be more than 0")


def _claim(here: Here) -> Iterator[Violation]:
    if here.is_empty("accessModes"):
        yield here.lacking("K005", "`accessModes` is missing", "accessModes")
    source = here.inside("dataSourceRef")
    kind = source.text("kind") if source is not None and not source.is_given("apiGroup") else None
    if source is not None and kind not in (None, "", "PersistentVolumeClaim"):
        yield source.wrong(
            "K013", "kind", f"without an apiGroup the source must be a PersistentVolumeClaim, not {kind}"
        )
    modes = {text for _, text in here.texts("accessModes")}
    if "ReadWriteOncePod" in modes and len(modes) > 1:
        yield here.wrong("K013", "accessModes", "ReadWriteOncePod cannot be with other accessModes")
    if here.inside("resources") is None:
        yield here.lacking("K005", "`resources.requests.storage` is missing", "storage")


def _persistent(here: Here) -> Iterator[Violation]:
    capacity = here.inside("capacity")
    if capacity is None or not capacity.is_given("storage"):
        yield here.lacking("K005", "`capacity.storage` is missing", "storage")
    if here.is_empty("accessModes"):
        yield here.lacking("K005", "`accessModes` is missing", "accessModes")
    sources = tuple(name for name in here if name not in NO_SOURCES)
    yield from one_of(here, sources, "a PersistentVolume", needed=False)
    if not any(name in here for name in sources):
        yield here.lacking("K005", "a volume needs a source, such as csi, nfs or local", "csi", "nfs", "local")


def _local(here: Here) -> Iterator[Violation]:
    """Demand of a volume on one node that it is said on which."""
    if "local" in here and here.inside("nodeAffinity", "required") is None:
        yield here.lacking("K005", "`nodeAffinity.required` is missing, which a local volume needs", "nodeAffinity")


CLAIM_FIELDS = {
    "accessModes": values.enum(*MODES),
    "volumeMode": values.given(values.enum("Filesystem", "Block")),
    "storageClassName": names.SUBDOMAIN_NAME,
}

FACTS = {
    "Volume": Facts(fields={"name": names.LABEL_NAME}, conditions=(_volume,)),
    "HostPathVolumeSource": Facts(fields={"type": values.enum(*FILE_TYPES), "path": values.NO_BACKSTEPS}),
    "LocalVolumeSource": Facts(fields={"path": values.NO_BACKSTEPS}),
    "NFSVolumeSource": Facts(fields={"path": values.PATH}),
    **dict.fromkeys(("CSIVolumeSource", "CSIPersistentVolumeSource"), Facts(fields={"driver": names.DRIVER})),
    "EphemeralVolumeSource": Facts(required=("volumeClaimTemplate",)),
    "KeyToPath": Facts(fields={"key": values.risky(names.KEY), "path": values.RELATIVE, "mode": values.MODE}),
    "DownwardAPIVolumeFile": Facts(fields={"path": values.RELATIVE, "mode": values.MODE}, conditions=(_file,)),
    "ConfigMapVolumeSource": Facts(fields={"defaultMode": values.MODE}, required=("name",)),
    "SecretVolumeSource": Facts(fields={"defaultMode": values.MODE}, required=("secretName",)),
    "DownwardAPIVolumeSource": Facts(fields={"defaultMode": values.MODE}),
    "ProjectedVolumeSource": Facts(fields={"defaultMode": values.MODE}, conditions=(_projected,)),
    **dict.fromkeys(("ConfigMapProjection", "SecretProjection"), Facts(required=("name",))),
    "ServiceAccountTokenProjection": Facts(
        fields={"expirationSeconds": values.between(600, 2**32), "path": values.RELATIVE}
    ),
    "PersistentVolumeClaimSpec": Facts(fields=CLAIM_FIELDS, conditions=(_claim,)),
    "VolumeResourceRequirements": Facts(conditions=(_is_positive,)),
    "PersistentVolumeClaim": Facts(required=("spec",)),
    "PersistentVolume": Facts(required=("spec",)),
    "PersistentVolumeSpec": Facts(
        fields={**CLAIM_FIELDS, "persistentVolumeReclaimPolicy": values.enum("Retain", "Delete", "Recycle")},
        conditions=(_persistent, _local),
    ),
}
