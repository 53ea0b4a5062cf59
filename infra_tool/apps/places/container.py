"""The image of a container in a manifest of any kind, also in a List, and of an image volume."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from infra_tool.apps import images
from infra_tool.apps.images import ImageNode
from infra_tool.apps.places.place import Version
from infra_tool.apps.places.scalar import ScalarPlace
from infra_tool.reference import Reference
from infra_tool.yamldoc import YamlFile, text


@dataclass(frozen=True)
class ContainerPlace(ScalarPlace):
    """A container's image."""

    found: ImageNode

    @cached_property
    def image(self) -> Reference:
        """The image as it is written."""
        return images.written(self.found)

    @property
    def names(self) -> frozenset[str]:
        """The image's name."""
        return frozenset((self.image.name,))

    @property
    def container(self) -> str | None:
        """The container's name."""
        return text(self.found.owner, "name")

    def source(self, version: Version) -> str:
        """Return the image with another version."""
        return str(version.of(self.image.name))


def find(file: YamlFile) -> Iterator[ContainerPlace]:
    """Yield the containers of every document."""
    for document in file.documents:
        for found in images.images_of(document.root):
            yield ContainerPlace(file, found.scalar, found)
