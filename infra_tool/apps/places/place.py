"""What a place is: somewhere in a file that names the tag of an image."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from infra_tool.reference import Reference
from infra_tool.splice import Splice
from infra_tool.yamldoc import Node, YamlFile

Path = tuple[str | int, ...]


class Version(NamedTuple):
    """What is to run: a tag, a digest, or both."""

    tag: str | None
    digest: str | None = None

    def __str__(self) -> str:
        """Return it as it stands behind the name of an image; `-` for neither."""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.tag or ''}{digest}" or "-"

    def of(self, name: str) -> Reference:
        """Return the image of this name."""
        return Reference(name, self.tag, self.digest)


class Step(NamedTuple):
    """A change of the data of a file: the value at a path, the number of the document first; None removes it."""

    path: Path
    value: str | None


class Edit(NamedTuple):
    """How a place is changed, and what the file must mean afterwards."""

    splices: tuple[Splice, ...]
    steps: tuple[Step, ...]


class Place(Protocol):
    """A place that names an image. `file` and `node` say where; `image` what it says now, as far as it says it."""

    @property
    def file(self) -> YamlFile:
        """The file."""
        ...

    @property
    def node(self) -> Node:
        """The value that changes, or the mapping that gets one."""
        ...

    @property
    def image(self) -> Reference:
        """The image, under the name that the cluster pulls it by."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """The names that the image goes by."""
        ...

    @property
    def container(self) -> str | None:
        """The name of the container, where it is one."""
        ...

    def edit(self, version: Version) -> Edit:
        """Return how to put `version` there; raises InfraToolError where that cannot be done safely."""
        ...


class Kind(Protocol):
    """A kind of place: a module that finds the places of its kind in any file."""

    def find(self, file: YamlFile) -> Iterator[Place]:
        """Yield the places, in source order."""
        ...


def version_of(image: Reference) -> Version:
    """Return tag and digest of an image."""
    return Version(image.tag, image.digest)
