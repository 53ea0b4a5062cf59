"""`replacements`: values copied from one object to others."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.kustomize.check import pairs
from infra_tool.kustomize.entries import Entry, Fields, entries, records, text_node
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render.labels import flag
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.paths import MADE, Made, PathError, Place, lookup, matches, steps
from infra_tool.kustomize.render.resource import Gvk, Id, Resource, effective
from infra_tool.kustomize.render.selector import Selector, selector
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.unsupported import unsupported
from infra_tool.kustomize.render.value import Leaf, List, Map, Origin, Value, copy, frozen, is_null
from infra_tool.yamldoc import Mapping, Node, Sequence, follow, resolve_scalar

NAME = "metadata.name"


class Options(NamedTuple):
    """Which part of a text is meant, and whether missing fields are made."""

    delimiter: str
    part: int
    create: bool


class Replacement(NamedTuple):
    """A replacement with its place."""

    fields: Fields
    origin: Origin
    node: Node


def transform(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `replacements` says."""
    for entry in list(_entries(file, sources)):
        _replace(entry, objects)
    objects.changed()


def _entries(file: KustomizationFile, sources: Sources) -> Iterator[Replacement]:
    origin = sources.origin(file)
    for node, fields in records(file.fields, "replacements"):
        path = text_node(fields, "path")
        if path is None or not path.value:
            yield Replacement(fields, origin, node)
            continue
        if "source" in fields or "targets" in fields:
            raise origin.error("a replacement is either in a file or here", node)
        yield from _from_file(sources, sources.path(file, Entry("replacements.path", path.value, path)))


def _from_file(sources: Sources, path: str) -> Iterator[Replacement]:
    parsed = sources.yaml(path)
    root = parsed.documents[0].root if parsed.documents else None
    items = root.items if isinstance(root, Sequence) else [root] if root is not None else []
    for item in items:
        node = follow(item)
        if not isinstance(node, Mapping):
            raise sources.origin_of(parsed).error("a replacement must be a mapping", node)
        yield Replacement(pairs(node), sources.origin_of(parsed), node)


def _replace(entry: Replacement, objects: Objects) -> None:
    targets = entry.fields.get("targets")
    if targets is None or not isinstance(targets[1], Sequence):
        raise entry.origin.error("a replacement needs targets", entry.node)
    value = _value(entry, objects)
    for node, target in records(entry.fields, "targets"):
        Target(target, entry.origin, node).fill(objects, value)


def _value(entry: Replacement, objects: Objects) -> Value:
    """Return the value that is copied."""
    static, source = text_node(entry.fields, "sourceValue"), entry.fields.get("source")
    if (static is None) == (source is None):
        raise entry.origin.error("a replacement has either a source or a sourceValue", entry.node)
    if static is not None:
        return Leaf(static.value, entry.origin, static)
    if source is None or not isinstance(source[1], Mapping):
        raise entry.origin.error("the source must be a mapping", entry.node)
    fields = pairs(source[1])
    found = [resource for resource in objects.items if _is_source(resource, fields)]
    if len(found) != 1:
        words = "nothing is" if not found else "several objects are"
        place = text_node(fields, "name") or text_node(fields, "kind") or source[1]
        raise entry.origin.error(f"{words} what the source selects", place)
    node = text_node(fields, "fieldPath")
    path = node.value if node is not None and node.value else NAME
    try:
        value = lookup(found[0].root, steps(path))
    except PathError as error:
        raise entry.origin.error(f"{path} of {found[0].id}: {error}", node or source[1]) from error
    if value is None or is_null(value) or (isinstance(value, (Map, List)) and not value):
        raise entry.origin.error(f"{found[0].id} has no {path}", node or source[1])
    return _part(value, _options(fields), entry.origin, source[1])


def _words(fields: Fields) -> tuple[Gvk, str, str]:
    found = (text_node(fields, name) for name in ("group", "version", "kind", "name", "namespace"))
    group, version, kind, name, namespace = (one.value if one is not None else "" for one in found)
    return Gvk(group, version, kind), name, namespace


def _is_source(resource: Resource, fields: Fields) -> bool:
    gvk, name, namespace = _words(fields)
    place = effective(gvk, namespace)
    return any(
        (not name or name == one.name) and (not namespace or place == one.namespace) and one.gvk.is_selected(gvk)
        for one in resource.ids()
    )


def _options(fields: Fields) -> Options:
    given = fields.get("options")
    inner = pairs(given[1]) if given is not None and isinstance(given[1], Mapping) else {}
    delimiter, index = text_node(inner, "delimiter"), text_node(inner, "index")
    number = resolve_scalar(index, "kustomization") if index is not None else 0
    return Options(
        delimiter.value if delimiter else "", number if isinstance(number, int) else 0, flag(inner, "create")
    )


def _part(value: Value, options: Options, origin: Origin, node: Node) -> Value:
    if not options.delimiter:
        return value
    if not isinstance(value, Leaf):
        raise origin.error("a delimiter is for texts", node)
    pieces = value.text.split(options.delimiter)
    if not 0 <= options.part < len(pieces):
        raise origin.error(f"there is no part {options.part} of the source's text", node)
    return Leaf(pieces[options.part], value.origin, value.node, value.style, frozen(value).tag)


class Target(NamedTuple):
    """An entry of `targets`."""

    fields: Fields
    origin: Origin
    node: Node

    def fill(self, objects: Objects, value: Value) -> None:
        """Write a value to all places of the objects that are selected."""
        select = self.fields.get("select")
        if select is None or not isinstance(select[1], Mapping):
            raise self.origin.error("a target needs select", self.node)
        wanted = selector(select[1], self.origin)
        rejected = [selector(node, self.origin) for node, _ in records(self.fields, "reject")]
        options = _options(self.fields)
        for resource in objects.items:
            if _is_target(resource, wanted, rejected):
                paths: list[tuple[str, Node]] = [
                    (entry.text, entry.node) for entry in entries(self.fields, "fieldPaths")
                ]
                for path, node in paths or [(NAME, self.node)]:
                    self._write(resource, path, node, value, options)

    def _write(self, resource: Resource, path: str, node: Node, value: Value, options: Options) -> None:
        way = steps(path)
        self._refuse_texts(resource, way)
        holder = List(resource.root.origin, None)
        holder.append(resource.root)
        made = _kind(value) if options.create else None
        try:
            places = list(matches(Place(holder, 0), way, made))
        except PathError as error:
            raise self.origin.error(f"{path} of {resource.id}: {error}", node) from error
        if not places:
            raise self.origin.error(f"{resource.id} has no {path}", node, hint="options: {create: true} makes it")
        for place in places:
            self._set(place, value, options)

    def _refuse_texts(self, resource: Resource, way: tuple[str, ...]) -> None:
        """Refuse a path that goes on inside of a text which is YAML or JSON itself."""
        for length in range(1, len(way)):
            try:
                found = lookup(resource.root, way[:length])
            except PathError:
                continue
            if isinstance(found, Leaf) and not is_null(found):
                name = "a replacement inside of a text"
                raise unsupported(name, path=self.origin.path, line=self.origin.line(self.node))

    def _set(self, place: Place, value: Value, options: Options) -> None:
        target = place.value
        text = value.text if isinstance(value, Leaf) and not is_null(value) else ""
        if options.delimiter:
            if not isinstance(target, Leaf):
                raise self.origin.error("a delimiter is for texts", self.node)
            text = _inserted(target.text, text, options)
        if not isinstance(target, Leaf):
            place.value = copy(value)
            return
        target.tag = "" if target.tag == MADE else frozen(target).tag
        target.text, target.origin, target.node = text, value.origin, value.node


def _inserted(old: str, text: str, options: Options) -> str:
    pieces = old.split(options.delimiter)
    if options.part < 0:
        pieces.insert(0, text)
    elif options.part >= len(pieces):
        pieces.append(text)
    else:
        pieces[options.part] = text
    return options.delimiter.join(pieces)


def _kind(value: Value) -> Made:
    if isinstance(value, Leaf):
        return "scalar"
    return "map" if isinstance(value, Map) else "list"


def _is_target(resource: Resource, wanted: Selector, rejected: list[Selector]) -> bool:
    if not wanted.takes_texts(resource):
        return False
    if any((one.labels or one.annotations) and one.takes_texts(resource) for one in rejected):
        return False
    gvk = resource.gvk
    ids = [*resource.earlier(), Id(gvk, resource.namespace, resource.name)]
    if any(one.takes_id(identity) for one in rejected if any((*one.gvk, one.name, one.namespace)) for identity in ids):
        return False
    return any(wanted.takes_id(identity) for identity in ids)
