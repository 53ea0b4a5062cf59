"""`images`: other names, tags and digests for images."""

import re
from typing import NamedTuple

from infra_tool.kustomize.entries import Image
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render.fieldspec import Specs, Visit
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.patterns import compiled, refuse_odd
from infra_tool.kustomize.render.resource import Resource, written
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.value import Leaf, List, Map, Origin, Value, is_null
from infra_tool.yamldoc import Node, Scalar

LISTS = ("containers", "initContainers")
"""Lists whose items' `image` is one, wherever they are."""
END = "(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?"


class Override(NamedTuple):
    """An entry of `images`."""

    pattern: re.Pattern[str]
    name: str
    tag: str
    digest: str
    suffix: str
    origin: Origin
    node: Node

    def applied(self, image: str) -> str:
        """Return what becomes of an image."""
        name, tag, digest = split(image)
        if self.tag or self.digest:
            tag, digest = self.tag, self.digest
        elif self.suffix:
            tag, digest = f"{tag}{self.suffix}", ""
        name = self.name or name
        return f"{name}{f':{tag}' if tag else ''}{f'@{digest}' if digest else ''}"


def split(image: str) -> tuple[str, str, str]:
    """Return name, tag and digest, as kustomize splits them."""
    slash = max(image.find("/"), 0)
    rest = image[slash:]
    at, colon = rest.find("@"), rest.find(":")
    if at >= 0 and (colon < 0 or at < colon):
        return image[: slash + at], "", rest[at + 1 :]
    if colon < 0:
        return image, "", ""
    if at < 0:
        return image[: slash + colon], rest[colon + 1 :], ""
    return image[: slash + colon], rest[colon + 1 : at], rest[at + 1 :]


def transform(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `images` says."""
    for image in file.images:
        apply(objects, override(image, sources.origin(file)), objects.config.images)


def override(image: Image, origin: Origin) -> Override:
    """Return what an entry of `images` asks for; raises InfraToolError for a name that is no pattern."""
    pattern = compiled(f"^(?:{_text(image.name)}{END})$(?!\n)")
    if pattern is None:
        raise origin.error("the name of the image is no regular expression", image.node)
    refuse_odd(_text(image.name), origin, image.node)
    name, tag, digest = _text(image.new_name), _text(image.new_tag), _text(image.digest)
    node = image.new_tag or image.digest or image.new_name or image.node
    return Override(pattern, name, tag, digest, _text(image.tag_suffix), origin, node)


def _text(node: Scalar | None) -> str:
    return node.value if node is not None else ""


def apply(objects: Objects, override: Override, specs: Specs) -> None:
    """Change the images of all objects, in containers and at further places."""
    for resource in objects.items:
        if resource.gvk.kind != "CustomResourceDefinition":
            _lists(resource.root, override)
            _places(resource, specs, override)


def _lists(value: Value, override: Override) -> None:
    if type(value) is Map:
        for key, item in value.items():
            if type(item) is not Leaf:
                _lists(item, override)
                if key in LISTS and type(item) is List:
                    for container in item:
                        _image_of(container, override)
    elif type(value) is List:
        for item in value:
            _lists(item, override)


def _image_of(container: Value, override: Override) -> None:
    if is_null(container):
        return
    if not isinstance(container, Map):
        raise container.origin.error("a container must be a mapping", container.node)
    if (image := container.get("image")) is not None:
        container["image"] = changed(image, override)


def _places(resource: Resource, specs: Specs, override: Override) -> None:
    for spec in specs.of(resource.gvk):
        Visit(spec, lambda old: changed(old, override), None, (override.origin, override.node)).run(resource.root)


def changed(image: Value, override: Override) -> Value:
    """Return the image as the entry wants it, if the entry is for it."""
    if is_null(image):
        return image
    if not isinstance(image, Leaf):
        raise image.origin.error("an image must be a text", image.node)
    if not override.pattern.search(image.text):
        return image
    return written(Leaf(override.applied(image.text), override.origin, override.node), image)
