"""The pods that objects of a cluster make."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from infra_tool.kustomize.render.value import Map
from infra_tool.lint.cluster.object import (
    CRON_JOB,
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    POD,
    REPLICA_SET,
    STATEFUL_SET,
    Kind,
    Object,
)
from infra_tool.lint.cluster.values import get, maps, text, texts

TEMPLATES: Mapping[Kind, tuple[str, ...]] = {
    POD: (),
    DEPLOYMENT: ("spec", "template"),
    STATEFUL_SET: ("spec", "template"),
    DAEMON_SET: ("spec", "template"),
    REPLICA_SET: ("spec", "template"),
    Kind("", "ReplicationController"): ("spec", "template"),
    JOB: ("spec", "template"),
    CRON_JOB: ("spec", "jobTemplate", "spec", "template"),
}
"""Where the template of the pods is."""


class Port(NamedTuple):
    """A port that a container says it listens on."""

    name: str
    number: str
    protocol: str


class Pod(NamedTuple):
    """The pods of one object; `spec` is theirs."""

    owner: Object
    labels: dict[str, str]
    spec: Map

    @property
    def namespace(self) -> str:
        """The namespace."""
        return self.owner.namespace

    def containers(self) -> Iterator[Map]:
        """Yield all containers, those that run before the others first."""
        for field in ("initContainers", "containers", "ephemeralContainers"):
            yield from maps(self.spec, field)

    def serving(self) -> Iterator[Map]:
        """Yield the containers that run as long as the pod does."""
        yield from (one for one in maps(self.spec, "initContainers") if text(one, "restartPolicy") == "Always")
        yield from maps(self.spec, "containers")

    def ports(self) -> list[Port]:
        """Return the ports of the containers that serve."""
        return [port for one in self.serving() for port in ports_of(one)]


def ports_of(container: Map) -> list[Port]:
    """Return the ports of a container."""
    return [
        Port(text(port, "name"), text(port, "containerPort"), text(port, "protocol") or "TCP")
        for port in maps(container, "ports")
    ]


def pod_of(owner: Object) -> Pod | None:
    """Return the pods that an object makes, None where it makes none."""
    path = TEMPLATES.get(owner.kind)
    spec = get(owner.value, *path, "spec") if path is not None else None
    if path is None or not isinstance(spec, Map):
        return None
    return Pod(owner, texts(owner.value, *path, "metadata", "labels"), spec)


def mounted(pod: Pod) -> set[str]:
    """Return the volumes that some container mounts."""
    fields = ("volumeMounts", "volumeDevices")
    return {text(one, "name") for container in pod.containers() for field in fields for one in maps(container, field)}
