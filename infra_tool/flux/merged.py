"""The fields of a Flux Kustomization, which Flux writes into the kustomization file of a directory and builds that.

As fluxcd/pkg/kustomize does: lists are continued, a name or namespace is replaced, and an image that both name is one
entry, to which the Flux Kustomization's fields go.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.flux.kustomization import FluxKustomization
from infra_tool.kustomize import Image, Is, KustomizationFile, Places
from infra_tool.kustomize.check import is_null, pairs
from infra_tool.kustomize.render import UnsupportedError
from infra_tool.yamldoc import Content, Mapping, Node, Scalar, Sequence, lookup, text

REPLACED = {"targetnamespace": "namespace", "nameprefix": "nameprefix", "namesuffix": "namesuffix"}
CONTINUED = ("patches", "patchesstrategicmerge", "patchesjson6902")
IMAGES, COMPONENTS = "images", "components"


class Merged(NamedTuple):
    """A kustomization file without what is replaced, and a file with what stands behind its fields, if anything."""

    file: KustomizationFile
    beside: KustomizationFile | None


def merged(file: KustomizationFile, by: FluxKustomization, places: Places) -> Merged:
    """Return the kustomization file of a directory as a Flux Kustomization has it built.

    Raises InfraToolError for a component that does not exist, UnsupportedError for images whose order would matter.
    """
    spec = lookup(by.root, "spec")
    found = pairs(spec) if isinstance(spec, Mapping) else {}
    given = {name: entry for name, entry in found.items() if not is_null(entry[1])}
    own = dict(file.fields)
    fields = {name: given[name] for name in CONTINUED if name in given}
    for name, field in REPLACED.items():
        if name in given:
            own.pop(field, None)
            fields[field] = given[name]
    if COMPONENTS in given:
        fields[COMPONENTS] = given[COMPONENTS][0], _components(by, given[COMPONENTS][1], places)
    if IMAGES in given:
        own_images, more = _images(file, by)
        own[IMAGES] = (*own.get(IMAGES, given[IMAGES])[:1], own_images)
        fields[IMAGES] = given[IMAGES][0], more
    beside = KustomizationFile(by.path or "", by.file, by.root, fields) if fields else None
    return Merged(file if own == file.fields else replace(file, fields=own), beside)


def _components(by: FluxKustomization, given: Content, places: Places) -> Content:
    """Return the components of a Flux Kustomization, without those that it lets be missing; raises InfraToolError."""
    found = list[Node]()
    is_lenient = text(by.root, "spec", "ignoreMissingComponents") == "true"
    for node in given.values() if isinstance(given, Sequence) else ():
        if not isinstance(node, Scalar):
            continue
        what, path = places.target(by.path or "", node.value)
        if what is Is.DIRECTORY:
            found.append(node)
        elif what is not Is.NOTHING or not is_lenient:
            message = f"components names {path}, which is no directory"
            raise InfraToolError(message, path=by.file.path, line=by.file.line(node))
    return _list(given, found)


def _list(like: Content, items: Iterable[Node]) -> Sequence:
    found = Sequence(like.start)
    found.items = list(items)
    return found


def _images(file: KustomizationFile, by: FluxKustomization) -> tuple[Sequence, Sequence]:
    """Return the entries of a kustomization file that a Flux Kustomization does not name, and its own, completed."""
    first = {name.value: image for image in reversed(file.images) if (name := image.name) is not None}
    taken = [first[image.name.value] for image in by.images if image.name is not None and image.name.value in first]
    kept = [image for image in file.images if image not in taken]
    more = [_completed(image, first.get(image.name.value if image.name else "")) for image in by.images]
    if taken:
        _check_order((*file.images, *by.images), by)
    return _list(by.root, (image.node for image in kept)), _list(by.root, more)


def _completed(image: Image, own: Image | None) -> Mapping:
    """Return an entry with what it leaves to the one of the same name; tag and digest go together."""
    if own is None:
        return image.node
    has_version = image.new_tag is not None or image.digest is not None
    version = () if has_version else (("newTag", own.new_tag), ("digest", own.digest))
    name = () if image.new_name is not None else (("newName", own.new_name),)
    found = Mapping(image.node.start)
    found.items = list(image.node.items)
    for key, node in (*name, *version, ("tagSuffix", own.tag_suffix)):
        if node is not None:
            found.items.append((_said_here(key, image), _said_here(node.value, image, node)))
    return found


def _said_here(value: str, image: Image, like: Scalar | None = None) -> Scalar:
    """Return a scalar that stands where an entry does, since it comes from another file."""
    start = image.node.start
    return Scalar(start, start, value, like.style if like else None, like.tag if like else None)


def _check_order(images: Iterable[Image], by: FluxKustomization) -> None:
    """Raise UnsupportedError where an entry's result is another one's name: then it matters which acts first."""
    every = [(image.name.value, image.new_name.value if image.new_name else "") for image in images if image.name]
    for name, new_name in every:
        if new_name in {other for other, _ in every if other != name}:
            line = by.file.line(by.root)
            raise UnsupportedError("images that rename each other are not rendered", path=by.file.path, line=line)
