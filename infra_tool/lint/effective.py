"""The images that the clusters get, after `images:` entries, and the places that decide about each."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from infra_tool import kustomize
from infra_tool.apps.images import ImageNode, Override, images_of, overridden, written
from infra_tool.apps.places.entry import EntryPlace
from infra_tool.lint.mark import Mark
from infra_tool.reference import Reference
from infra_tool.yamldoc import Scalar, YamlFile


class Spot(NamedTuple):
    """Where a scalar is; see Finding for the fields."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def mark(self, message: str, help_: str | None = None) -> Mark:
        """Return a mark on it."""
        return Mark(*self, message=message, help=help_)


class Image(NamedTuple):
    """An entry of `images:`, and where it says its new name, and its tag or digest; None where it says none."""

    override: Override
    name_at: Spot | None
    tag_at: Spot | None


class Use(NamedTuple):
    """An image that a cluster gets, and what decides about its name and about its tag and digest.

    `substitutes`: Flux replaces `${VAR}` in it afterwards.
    """

    reference: Reference
    name_at: Spot
    tag_at: Spot
    substitutes: bool


CIPHERTEXT = "ENC["

Way = tuple[tuple[Image, ...], bool]
"""The entries that act on a manifest, in their order, and whether Flux substitutes in it."""


def spot(file: YamlFile, node: Scalar) -> Spot:
    """Return where a scalar is."""
    start, end = (file.position(offset) for offset in file.bounds(node))
    return Spot(file.path, *start, *end)


def entry(file: YamlFile, image: kustomize.Image) -> Image:
    """Return an entry of a file by its texts."""
    name, tag, digest = (
        node if node is not None and node.value else None for node in (image.new_name, image.new_tag, image.digest)
    )
    tag = tag or digest
    return Image(
        EntryPlace(file, image).override,
        spot(file, name) if name is not None else None,
        spot(file, tag) if tag is not None else None,
    )


def uses(file: YamlFile, ways: Iterable[Way]) -> Iterator[Use]:
    """Yield what becomes of each image of a manifest; the same on several ways counts once."""
    if "image" not in file.text:
        return
    everywhere = (image for document in file.documents for image in images_of(document.root))
    found = [image for image in everywhere if not image.scalar.value.startswith(CIPHERTEXT)]
    everything = (use(file, image, way) for way in tuple(ways) for image in found)
    yield from dict.fromkeys(everything)


def use(file: YamlFile, image: ImageNode, way: Way) -> Use:
    """Return what becomes of one image on one way."""
    entries, substitutes = way
    reference = written(image)
    name_at = tag_at = spot(file, image.scalar)
    for override, new_name_at, new_tag_at in entries if image.is_reached else ():
        result = overridden(reference, override)
        if result is not None:
            reference, name_at, tag_at = result, new_name_at or name_at, new_tag_at or tag_at
    return Use(reference, name_at, tag_at, substitutes)
