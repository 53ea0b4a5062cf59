"""The images that a document names, and what kustomize's `images:` makes of them.

Facts of kustomize 5.8.1: an entry reaches the items of any list called `containers` or `initContainers`, at any depth
of any kind, and `volumes[].image.reference`; not `ephemeralContainers`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool import reference
from infra_tool.reference import Reference
from infra_tool.yamldoc import Content, Mapping, Node, Scalar, Sequence, follow, lookup, resolve_scalar

REACHED = ("containers", "initContainers")
LISTS = (*REACHED, "ephemeralContainers")
VOLUMES = "volumes"

PATTERN = re.compile(r"[\w./:-]+", re.ASCII)
"""Names whose only character that is special in a regular expression is the dot."""


class ImageNode(NamedTuple):
    """An image that a document names: its scalar, the container or volume it is of, and the list that holds that.

    `is_reached`: an `images:` entry of kustomize can change it.
    """

    scalar: Scalar
    owner: Mapping
    field: str
    is_reached: bool


class Override(NamedTuple):
    """What an `images:` entry says, in plain texts."""

    name: str
    new_name: str | None = None
    new_tag: str | None = None
    digest: str | None = None


def images_of(root: Node | None) -> Iterator[ImageNode]:
    """Yield every image below a node, in source order; what several aliases stand for counts once."""
    stack: list[Content] = [] if root is None else [follow(root)]
    seen: set[int] = set()
    while stack:
        here = stack.pop()
        if isinstance(here, Scalar) or id(here) in seen:
            continue
        seen.add(id(here))
        if isinstance(here, Sequence):
            stack += reversed(list(here.values()))
            continue
        for key, value in here.pairs():
            if isinstance(value, Sequence) and id(value) not in seen:
                yield from _listed(key.value, value)
        stack += reversed([value for _, value in here.pairs()])


def _listed(field: str, listed: Sequence) -> Iterator[ImageNode]:
    way = ("image",) if field in LISTS else ("image", "reference") if field == VOLUMES else ()
    for item in listed.values() if way else ():
        scalar = _value(item, *way)
        if isinstance(item, Mapping) and isinstance(scalar, Scalar) and resolve_scalar(scalar, "manifest"):
            yield ImageNode(scalar, item, field, is_reached=field in REACHED or field == VOLUMES)


def _value(item: Content, *way: str) -> Content | None:
    """Return what is at a path, also where the first step comes from a merge key."""
    found = lookup(item, *way)
    merged = lookup(item, "<<")
    if found is not None or merged is None:
        return found
    sources = merged.values() if isinstance(merged, Sequence) else (merged,)
    return next((value for source in sources if (value := _value(source, *way)) is not None), None)


def overridden(image: Reference, override: Override) -> Reference | None:
    """Return what an entry makes of an image; None when the entry is for another one.

    A new tag drops a digest, a digest alone the tag.
    """
    if not _is_for(override.name, image.name):
        return None
    name = override.new_name or image.name
    if override.new_tag or override.digest:
        return Reference(name, override.new_tag or None, override.digest or None)
    return image._replace(name=name)


def _is_for(pattern: str, name: str) -> bool:
    """Kustomize takes the name of an entry as a regular expression, so that its dots stand for any character."""
    if pattern == name:
        return True
    return PATTERN.fullmatch(pattern) is not None and re.fullmatch(pattern, name) is not None


def written(node: ImageNode) -> Reference:
    """Return the image as a document writes it."""
    return reference.split(node.scalar.value)
