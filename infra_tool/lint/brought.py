"""The images that a cluster gets and no manifest says: by patches, and by the values of charts."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool import reference
from infra_tool.apps.images import LISTS
from infra_tool.kustomize.render.value import Leaf, List, Map, Value
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.object import HELM_RELEASE
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.values import get, leaf
from infra_tool.lint.effective import Spot, Use
from infra_tool.reference import Reference
from infra_tool.repo import KUSTOMIZATION_FILES

KEY = "image"


class Brought(NamedTuple):
    """Images, as rules about them take them."""

    images: tuple[Use, ...]


def by_patches(cluster: Cluster) -> Brought:
    """Return the images of containers whose text no applied manifest, and no `images:` entry, has."""
    found = (
        _use(pod.owner, reference.split(image.text), image, image)
        for pod in cluster.pods
        for container in pod.containers()
        if (image := leaf(container, KEY)) is not None and image.text and _is_elsewhere(cluster, image)
    )
    return Brought(tuple(dict.fromkeys(found)))


def by_charts(cluster: Cluster) -> Brought:
    """Return the images that values of charts name with a tag; where there is none, the chart knows one."""
    found = (use for one in cluster.of(HELM_RELEASE) for use in _values(one, get(one.value, "spec", "values")))
    return Brought(tuple(dict.fromkeys(found)))


def _is_elsewhere(cluster: Cluster, image: Leaf) -> bool:
    origin = image.origin
    if origin.file is None or image.node is None:
        return False
    is_entry = origin.path.rpartition("/")[2] in KUSTOMIZATION_FILES
    return origin.outer is not None or not (is_entry or origin.path in cluster.repo.applied)


def _values(one: Object, value: Value | None) -> Iterator[Use]:
    if isinstance(value, List):
        for item in value:
            yield from _values(one, item)
    for key, inner in value.items() if isinstance(value, Map) else ():
        if KEY in key.lower():
            yield from _image(one, inner)
        if key not in LISTS or not isinstance(inner, List):
            yield from _values(one, inner)


def _image(one: Object, value: Value) -> Iterator[Use]:
    if isinstance(value, Leaf):
        image = reference.split(value.text)
        if image.tag and " " not in value.text:
            yield _use(one, image, value, value)
        return
    repository, tag = leaf(value, "repository"), leaf(value, "tag")
    if repository is not None and tag is not None and repository.text and tag.text:
        image = reference.split(f"{repository.text}:{tag.text}")
        yield _use(one, image, repository, tag)


def _use(one: Object, image: Reference, name: Leaf, tag: Leaf) -> Use:
    by = one.root.by
    return Use(image, _spot(one, name), _spot(one, tag), by is not None and by.substitutes)


def _spot(one: Object, value: Leaf) -> Spot:
    mark = point(one, value, "")
    end = (mark.end_line or mark.line, mark.end_column or mark.column)
    return Spot(mark.path, mark.line, mark.column, *end)
