"""What a cluster really runs, as kubectl shows it: which versions of an image, and whether their pods are ready."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool import kubectl, reference
from infra_tool.apps import version_of
from infra_tool.errors import InfraToolError

KINDS = ("deployments.apps", "statefulsets.apps", "daemonsets.apps", "cronjobs.batch")


class Workload(NamedTuple):
    """A workload of a cluster: its images, and how many of the pods that it wants are ready; None for a CronJob."""

    images: tuple[reference.Reference, ...]
    ready: int | None
    wanted: int | None


class Live(NamedTuple):
    """What runs of one image: its versions, and how many pods are ready of those that are wanted."""

    versions: tuple[str, ...]
    ready: int
    wanted: int

    def against(self, version: str | None) -> str | None:
        """Return what differs from the version that the repo says, in words; None where nothing does.

        Where places of the repo differ, `version` is all of theirs, with commas between them.
        """
        if not self.versions:
            return "does not run"
        if version is not None and set(self.versions) != set(version.split(", ")):
            return f"the cluster has {', '.join(self.versions)}"
        return f"{self.ready} of {self.wanted} pods ready" if self.ready < self.wanted else None


def workloads() -> tuple[Workload, ...]:
    """Return what the cluster that kubectl reaches runs. Raises InfraToolError when it cannot be asked."""
    every = kubectl.objects("workloads", *KINDS)
    try:
        return tuple(map(_workload, every))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InfraToolError("kubectl does not print the workloads of the cluster") from error


def of(image: str, every: tuple[Workload, ...]) -> Live:
    """Return what runs of an image."""
    wanted = reference.Reference(image)
    own = [each for each in every if any(one.is_same_image(wanted) for one in each.images)]
    versions = (str(version_of(one)) for each in own for one in each.images if one.is_same_image(wanted))
    return Live(
        tuple(sorted(set(versions))),
        sum(each.ready or 0 for each in own),
        sum(each.wanted or 0 for each in own),
    )


def _workload(item: dict[str, dict[str, object]]) -> Workload:
    images = tuple(reference.split(image) for image in _images(item["spec"]))
    spec, status = item["spec"], item.get("status") or {}
    if "jobTemplate" in spec:
        return Workload(images, None, None)
    wanted = status.get("desiredNumberScheduled", spec.get("replicas", 1))
    ready = status.get("numberReady", status.get("readyReplicas", 0))
    return Workload(images, int(str(ready)), int(str(wanted)))


def _images(value: object) -> Iterator[str]:
    """Yield the images of the containers below a value."""
    if isinstance(value, list):
        for one in value:
            yield from _images(one)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "image" and isinstance(inner, str):
                yield inner
            else:
                yield from _images(inner)
