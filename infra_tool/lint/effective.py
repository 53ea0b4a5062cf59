"""The images that the clusters get, after `images:` entries, and the places that decide about each."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.apps.images import ImageNode, Override, images_of, overridden, written
from infra_tool.kustomize import Build, Image, KustomizationFile, Reached
from infra_tool.reference import Reference
from infra_tool.yamldoc import Scalar, YamlFile

CRD = "kind: CustomResourceDefinition"


class Place(NamedTuple):
    """A scalar of a file."""

    file: YamlFile
    node: Scalar


class Match(NamedTuple):
    """An entry of `images:` that acts on an image; `result` is the image after it."""

    owner: KustomizationFile
    entry: Image
    result: Reference


class Use(NamedTuple):
    """An image that a manifest names; `matches` are in the order in which they act: the last is the outermost."""

    place: Place
    image: ImageNode
    matches: tuple[Match, ...] = ()

    @property
    def reference(self) -> Reference:
        """The image that the cluster gets."""
        return self.matches[-1].result if self.matches else written(self.image)

    @property
    def name_place(self) -> Place:
        """What decides about the name."""
        return self._decided_by("new_name")

    @property
    def tag_place(self) -> Place:
        """What decides about tag and digest."""
        return self._decided_by("new_tag", "digest")

    def _decided_by(self, *fields: str) -> Place:
        """Return the outermost entry's scalar that gives a part of the image, else the manifest's own."""
        for owner, entry, _ in reversed(self.matches):
            for node in (getattr(entry, field) for field in fields):
                if node is not None and node.value:
                    return Place(owner.file, node)
        return self.place


def uses(build: Build) -> Iterator[Use]:
    """Yield every image of a build's manifests, once for each way on which a manifest gets into it."""
    for reached in build.files:
        yield from _uses(reached)


def _uses(reached: Reached) -> Iterator[Use]:
    file = reached.file
    if file is None or "image" not in file.text:
        return
    entries = [(owner, entry) for owner in reached.transformers for entry in owner.images]
    for document in file.documents:
        for image in images_of(document.root):
            matches = tuple(_matches(written(image), entries)) if image.is_reached else ()
            yield Use(Place(file, image.scalar), image, matches)


def _matches(image: Reference, entries: list[tuple[KustomizationFile, Image]]) -> Iterator[Match]:
    for owner, entry in entries:
        result = overridden(image, override(entry))
        if result is not None:
            yield Match(owner, entry, result)
            image = result


def override(entry: Image) -> Override:
    """Return an entry in plain texts."""
    name, *given = (
        node.value if node is not None else None for node in (entry.name, entry.new_name, entry.new_tag, entry.digest)
    )
    return Override(name or "", *given)
