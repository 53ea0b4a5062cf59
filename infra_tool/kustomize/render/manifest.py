"""Read objects from manifests as kustomize reads them."""

from collections.abc import Iterable, Iterator

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.render.numbers import atom, shortest
from infra_tool.kustomize.render.resource import Resource
from infra_tool.kustomize.render.unsupported import unsupported
from infra_tool.kustomize.render.value import (
    Leaf,
    List,
    Map,
    Origin,
    Value,
    into_flow,
    is_null,
    plain_value,
    string,
    value_of,
)
from infra_tool.yamldoc import Alias, Content, Mapping, Node, Scalar, Sequence, YamlFile, follow
from infra_tool.yamldoc.resolve import TAG, is_merge

MAX_DEPTH = 100
INTERNAL = "internal.config.kubernetes.io/"
NOTES = frozenset(
    (
        "previousKinds", "previousNames", "previousNamespaces", "prefixes", "suffixes", "refBy", "allowNameChange",
        "allowKindChange", "generatorBehavior", "needsHashSuffix",
    )
)  # fmt: skip
"""Annotations, with INTERNAL before them, by which kustomize tells itself about an object."""
WRAPPERS = ("List", "ResourceList")


class KeyTwiceError(InfraToolError):
    """A mapping has one key twice, which kustomize minds only if it comes to print it."""


def value_from(node: Node, origin: Origin, depth: int = 0) -> Value:
    """Return the value of a node: aliases followed, merge keys expanded.

    Raises InfraToolError for what kustomize cannot print: keys that are no texts or given twice, and for what lies
    deeper than a hundred levels.
    """
    if type(node) is Scalar:
        if node.tag is None:
            return Leaf(node.value, origin, node, node.style or "")
        tag = node.tag.removeprefix(TAG)
        return Leaf(node.value, origin, node, (node.style or "") if tag == "str" else "", tag)
    if depth > MAX_DEPTH:
        raise origin.error("nested deeper than a hundred levels", node)
    if isinstance(node, Mapping):
        return _map_from(node, origin, depth + 1)
    if isinstance(node, Sequence):
        items = List(origin, node)
        items.extend([value_from(item, origin, depth + 1) for item in node.items])
        if node.flow:
            _leaves_into_flow(items)
        return items
    return value_from(follow(node), origin, depth + 1)


def _map_from(node: Mapping, origin: Origin, depth: int) -> Map:
    found = Map(origin, node)
    merges: list[Mapping] = []
    for key, value in node.items:
        if type(key) is not Scalar:
            key = _key(key, origin)  # noqa: PLW2901 -- an alias stands for its target
        text = key.value
        if text == "<<" and is_merge(key):
            merges += _sources(follow(value), origin)
            continue
        if text in found:
            raise KeyTwiceError(f"the key {text} is given twice", path=origin.path, line=origin.line(key))
        if key.style is None and plain_value(text) != text:
            raise origin.error(f"the key {text} must be a text", key, hint="put it in quotes")
        found[text] = value_from(value, origin, depth)
    _leaves_into_flow(found.values() if node.flow else ())
    for source in merges:
        for text, inherited in _map_from(source, origin, depth).items():
            found.setdefault(text, inherited)
    return found


def _leaves_into_flow(values: Iterable[Value]) -> None:
    for value in values:
        if type(value) is Leaf:
            into_flow(value)


def _key(key: Node, origin: Origin) -> Scalar:
    content = follow(key)
    if not isinstance(key, Alias) or not isinstance(content, Scalar):
        raise origin.error("a list or mapping cannot be a key", key)
    return content


def _sources(value: Content, origin: Origin) -> Iterator[Mapping]:
    for source in value.values() if isinstance(value, Sequence) else (value,):
        if not isinstance(source, Mapping):
            raise origin.error("the merge key << needs a mapping", value)
        yield source


def resources_of(file: YamlFile, origin: Origin | None = None) -> list[Resource]:
    """Return the objects of a manifest, in the order in which kustomize takes them.

    Raises InfraToolError for what is no object.
    """
    origin = origin or Origin(file.path, file)
    roots = [value_from(document.root, origin) for document in file.documents if document.root is not None]
    objects = [root for root in roots if not is_null(root)]
    if len(objects) == 1 and isinstance(objects[0], Map) and _is_wrapper(objects[0]):
        items = objects[0].get("items")
        objects = list(items) if isinstance(items, List) else []
    queue = [_checked(root, origin) for root in objects if not _is_empty(root)]
    found: list[Resource] = []
    for root in queue:
        if (items := _items(root)) is None:
            found.append(Resource(root))
        else:
            queue += [_checked(typed(item, is_printed=False), origin) for item in items if not _is_empty(item)]
    if INTERNAL in file.text:
        for resource in found:
            _refuse_notes(resource)
    return found


def _refuse_notes(resource: Resource) -> None:
    """Refuse an object with annotations in which kustomize keeps notes while it builds, and would believe them."""
    annotations = resource.metadata.get("annotations")
    for key, value in annotations.items() if isinstance(annotations, Map) else ():
        if key.removeprefix(INTERNAL) in NOTES and key.startswith(INTERNAL):
            raise unsupported(f"the annotation {key}", path=value.origin.path, line=value.origin.line(value.node))


def _is_wrapper(root: Map) -> bool:
    kind = root.get("kind")
    return isinstance(kind, Leaf) and kind.text in WRAPPERS and ("items" in root or "functionConfig" in root)


def _is_empty(root: Value) -> bool:
    return is_null(root) or (isinstance(root, (Map, List)) and not root)


def _items(root: Map) -> List | None:
    """Return the items of a list of objects, None for another object."""
    kind = root["kind"]
    if not isinstance(kind, Leaf) or not kind.text.endswith("List") or "items" not in root:
        return None
    items = root["items"]
    if is_null(items):
        return List(root.origin, root.node)
    if not isinstance(items, List):
        raise root.origin.error("items must be a list", items.node)
    return items


def _checked(root: Value, origin: Origin) -> Map:
    """Return an object that has what every object must have."""
    if not isinstance(root, Map) or not _says(root.get("kind")):
        raise origin.error("no Kubernetes object: it lacks kind", root.node)
    kind, metadata = root["kind"], root.get("metadata")
    is_named = isinstance(metadata, Map) and _says(metadata.get("name"))
    if not is_named and not (isinstance(kind, Leaf) and kind.text.endswith("List")):
        raise origin.error("no Kubernetes object: it lacks metadata.name", root.node)
    return root


def _says(value: Value | None) -> bool:
    return isinstance(value, Leaf) and bool(value.text) and not value.is_null


def typed(value: Value, *, is_printed: bool) -> Value:
    """Return a value as it is after a way through JSON: every scalar by its type, texts without a style.

    `is_printed`: kustomize prints it as YAML first, and then takes every number for a float.
    """
    if isinstance(value, Map):
        for key, item in value.items():
            value[key] = typed(item, is_printed=is_printed)
        return value
    if isinstance(value, List):
        value[:] = [typed(item, is_printed=is_printed) for item in value]
        return value
    found = value_of(value if is_printed or value.style != ">" else value.styled("|"))
    if isinstance(found, str):
        return string(found, value.origin, value.node)
    if isinstance(found, (int, float)) and not isinstance(found, bool) and is_printed:
        return Leaf(shortest(float(found)), value.origin, value.node)
    return Leaf(atom(found), value.origin, value.node)  # type: ignore[arg-type]
