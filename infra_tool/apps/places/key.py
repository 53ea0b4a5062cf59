"""A value that the configuration names as a further place of a tag: the tag alone, or a whole image."""

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from infra_tool import reference
from infra_tool.apps.places.place import Version
from infra_tool.apps.places.scalar import ScalarPlace
from infra_tool.edits import Tree
from infra_tool.errors import UsageError
from infra_tool.reference import Reference
from infra_tool.repo import PATH, Config
from infra_tool.yamldoc import Content, Scalar, Sequence, YamlFile, lookup

Read = Callable[[str], YamlFile]


@dataclass(frozen=True)
class KeyPlace(ScalarPlace):
    """A value by its key. A tag alone belongs to the service that the file is of, and its image has no name."""

    container: None = None

    @property
    def image(self) -> Reference:
        """The image, as far as the value says it."""
        value = self.node.value
        return reference.split(value) if "/" in value or ":" in value.partition("@")[0] else Reference("", *_cut(value))

    @property
    def names(self) -> frozenset[str]:
        """The image's name, where the value says it."""
        return frozenset((self.image.name,)) if self.image.name else frozenset()

    def source(self, version: Version) -> str:
        """Return the value with another version."""
        return str(version.of(self.image.name)) if self.image.name else str(version)


def _cut(value: str) -> tuple[str | None, str | None]:
    tag, _, digest = value.partition("@")
    return tag or None, digest or None


def find(tree: Tree, read: Read, config: Config, directory: str) -> Iterator[KeyPlace]:
    """Yield the further places of a service: those that name a whole image, and the tags in its own files.

    Raises UsageError for a key of its own files that is not there.
    """
    for key in config.images:
        place = _place(read(key.path), key.key) if key.path in tree.entries else None
        is_named = posixpath.splitext(posixpath.basename(key.path))[0] == posixpath.basename(directory)
        is_own = is_named or key.path.startswith(f"{directory}/")
        if place is None and is_own:
            raise UsageError(f"images names {key.key} of {key.path}, which is not there", path=PATH)
        if place is not None and (is_own or place.names):
            yield place


def _place(file: YamlFile, key: str) -> KeyPlace | None:
    nodes = (_at(document.root, key) for document in file.documents)
    return next((KeyPlace(file, node) for node in nodes if isinstance(node, Scalar)), None)


def _at(root: Content | None, dotted: str) -> Content | None:
    here = root
    for step in dotted.split("."):
        here = lookup(here, int(step) if isinstance(here, Sequence) and step.isdigit() else step)
    return here
