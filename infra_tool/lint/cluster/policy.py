"""What rules about the quality of workloads look at: what people of this repo wrote."""

from collections.abc import Iterator

from infra_tool.kustomize.render.value import Map
from infra_tool.lint.cluster.cluster import Cluster
from infra_tool.lint.cluster.object import CRON_JOB, JOB, Kind, Object
from infra_tool.lint.cluster.pods import Pod
from infra_tool.lint.cluster.point import point, point_key
from infra_tool.lint.cluster.values import get, leaf, maps, text
from infra_tool.lint.mark import Mark

GENERATED = "gotk-components.yaml"
"""The file with Flux itself, which `flux bootstrap` writes."""

LIMIT_RANGE = Kind("", "LimitRange")


def pods(cluster: Cluster) -> Iterator[Pod]:
    """Yield the pods that are judged."""
    return (pod for pod in cluster.pods if not _is_generated(pod.owner))


def objects(cluster: Cluster, *kinds: Kind) -> Iterator[Object]:
    """Yield the objects of some kinds that are judged."""
    return (one for one in cluster.of(*kinds) if not _is_generated(one))


def _is_generated(one: Object) -> bool:
    return one.value.origin.path.rpartition("/")[2] == GENERATED


def name_of(container: Map) -> str:
    """Return the name of a container."""
    return text(container, "name")


def lacking(pod: Pod, container: Map, message: str, help_: str, *fields: str) -> Mark:
    """Return a mark on the innermost of the fields of a container that is there, else on its name."""
    for depth in range(len(fields), 0, -1):
        owner = get(container, *fields[: depth - 1])
        if isinstance(owner, Map) and get(owner, fields[depth - 1]) is not None:
            return point_key(pod.owner, owner, fields[depth - 1], message, help_)
    return point(pod.owner, leaf(container, "name") or container, message, help_)


def unset(cluster: Cluster, side: str, resource: str) -> Iterator[tuple[Pod, Map]]:
    """Yield the containers that serve and have no request (or limit) of a resource; a LimitRange may set it."""
    ranged = {one.namespace for one in cluster.of(LIMIT_RANGE)}
    for pod in pods(cluster):
        if pod.namespace in ranged:
            continue
        for container in pod.serving():
            given = get(container, "resources", side)
            limited = get(container, "resources", "limits")
            sets = {*(given if isinstance(given, Map) else ()), *(limited if isinstance(limited, Map) else ())}
            if resource not in sets:
                yield pod, container


def unprobed(cluster: Cluster, probe: str) -> Iterator[Mark]:
    """Yield a mark on each container that is to run for ever and has no such probe."""
    for pod in pods(cluster):
        for container in pod.serving() if pod.owner.kind not in (JOB, CRON_JOB) else ():
            if get(container, probe) is None:
                message = f"container {name_of(container)} has no {probe}"
                yield point(pod.owner, leaf(container, "name") or container, message, f"add a {probe}")


def security(pod: Pod, container: Map, field: str) -> str:
    """Return a setting of the security context, that of the pod where the container has none."""
    return text(container, "securityContext", field) or text(pod.spec, "securityContext", field)


def containers(cluster: Cluster) -> Iterator[tuple[Pod, Map]]:
    """Yield all containers that are judged."""
    return ((pod, container) for pod in pods(cluster) for container in pod.containers())


def claims(pod: Pod) -> Iterator[Map]:
    """Yield the volumes of a pod."""
    return maps(pod.spec, "volumes")
