"""An image in the values of a HelmRelease: `image: {registry, repository, tag, digest}`, or one string."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from infra_tool import reference
from infra_tool.apps.images import LISTS
from infra_tool.apps.places import fields
from infra_tool.apps.places.fields import Field
from infra_tool.apps.places.place import Edit, Place, Version
from infra_tool.apps.places.scalar import ScalarPlace
from infra_tool.reference import Reference
from infra_tool.yamldoc import Content, Mapping, Node, Scalar, Sequence, YamlFile, lookup, text

GROUP = "helm.toolkit.fluxcd.io/"
KEY = "image"


@dataclass(frozen=True)
class ValuesText(ScalarPlace):
    """An image that is one string."""

    container: None = None

    @property
    def image(self) -> Reference:
        """The image as it is written."""
        return reference.split(self.node.value)

    @property
    def names(self) -> frozenset[str]:
        """Its name."""
        return frozenset((self.image.name,))

    def source(self, version: Version) -> str:
        """Return the image with another version."""
        return str(version.of(self.image.name))


@dataclass(frozen=True)
class ValuesFields:
    """An image in parts."""

    file: YamlFile
    mapping: Mapping
    container: None = None

    @property
    def node(self) -> Node:
        """The tag, else the digest, else the mapping."""
        return self._scalar("tag") or self._scalar("digest") or self.mapping

    def _scalar(self, name: str) -> Scalar | None:
        node = self.mapping.get(name)
        return node if isinstance(node, Scalar) else None

    @cached_property
    def image(self) -> Reference:
        """The image that the parts make."""
        registry, repository, tag, digest = (
            text(self.mapping, name) for name in ("registry", "repository", "tag", "digest")
        )
        name = f"{registry}/{repository}" if registry else repository or ""
        return Reference(name, tag or None, digest or None)

    @property
    def names(self) -> frozenset[str]:
        """Its name."""
        return frozenset((self.image.name,))

    def edit(self, version: Version) -> Edit:
        """Set the tag, adding it where there is none; set the digest, or remove one that is out of date."""
        digest = self._scalar("digest") if version.digest or self.image.digest else None
        wanted = (
            Field("tag", self._scalar("tag"), version.tag, ("repository",)),
            Field("digest", digest, version.digest, ("tag", "repository")),
        )
        return fields.edit(self.file, self.mapping, wanted)


def find(file: YamlFile) -> Iterator[Place]:
    """Yield the images in the values of every HelmRelease of a file; lists of containers are another kind of place."""
    for document in file.documents:
        if text(document.root, "kind") == "HelmRelease" and (text(document.root, "apiVersion") or "").startswith(GROUP):
            values = lookup(document.root, "spec", "values")
            yield from _below(file, values) if values is not None else ()


def _below(file: YamlFile, node: Content) -> Iterator[Place]:
    if isinstance(node, Sequence):
        for item in node.values():
            yield from _below(file, item)
    for key, value in node.pairs() if isinstance(node, Mapping) else ():
        if key.value == KEY and (place := _place(file, value)) is not None:
            yield place
        elif key.value not in LISTS:
            yield from _below(file, value)


def _place(file: YamlFile, value: Content) -> Place | None:
    """Return the place of an `image:`; a text that has neither a slash nor a colon is no image but a part of one."""
    if isinstance(value, Mapping) and text(value, "repository"):
        return ValuesFields(file, value)
    if isinstance(value, Scalar) and ("/" in value.value or ":" in value.value):
        return ValuesText(file, value)
    return None
