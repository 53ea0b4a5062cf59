"""`configMapGenerator` and `secretGenerator`."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.check import pairs
from infra_tool.kustomize.entries import Entry, Fields, entries, generator, text_node
from infra_tool.kustomize.entries import Generator as GeneratorEntry
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render.emit import quoted
from infra_tool.kustomize.render.labels import flag, texts
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.plugins import Plugin
from infra_tool.kustomize.render.resource import Resource, put
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.value import Leaf, Map, Origin, string
from infra_tool.yamldoc import Mapping as MappingNode
from infra_tool.yamldoc import Node, Scalar

LINE = 70
"""Characters of base64; longer text is cut into lines."""
BOM = b"\xef\xbb\xbf"
KINDS = {"ConfigMapGenerator": "configMapGenerator", "SecretGenerator": "secretGenerator"}
"""The plugins that do what a field does."""
QUOTES = "\"'"
LONGEST_LINE = 64 * 1024
"""Bytes of a line of an env file that Go's scanner takes."""


class Pair(NamedTuple):
    """A key with its content and where it comes from."""

    key: str
    content: bytes
    origin: Origin
    node: Node | None


@dataclass(frozen=True)
class Options:
    """What is asked of generated objects."""

    labels: dict[str, Leaf] = field(default_factory=dict)
    annotations: dict[str, Leaf] = field(default_factory=dict)
    is_plain: bool = False
    is_immutable: bool = False


def generate(file: KustomizationFile, objects: Objects, sources: Sources, place: str) -> None:
    """Make what the generators say, or merge it into what is there; `place` is noted as its origin, if there is one."""
    for entry in file.generators:
        resource = Generator(file, entry, sources).resource()
        if place:
            kind = f"{entry.field[0].upper()}{entry.field[1:]}"
            lines = f"configuredBy:\n  apiVersion: builtin\n  kind: {kind}\n"
            resource.note = f"configuredIn: {quoted(place)}\n{lines}"
        absorb(objects, resource, sources.origin(file), entry.node)


def run(plugin: Plugin, objects: Objects, sources: Sources) -> None:
    """Do what a plugin of `generators` says; raises UnsupportedError for another than kustomize's own two."""
    field = KINDS.get(plugin.kind)
    if field is None:
        raise plugin.unsupported("generator")
    entry = generator(field, plugin.node, plugin.fields)
    metadata = plugin.inside("metadata")
    if entry.name is None or not entry.name.value:
        entry = entry._replace(name=text_node(metadata, "name"))
    resource = Generator(plugin.file, entry, sources, text_node(metadata, "namespace")).resource()
    absorb(objects, resource, plugin.origin, plugin.node)


@dataclass(frozen=True)
class Generator:
    """An entry of a generator field."""

    file: KustomizationFile
    entry: GeneratorEntry
    sources: Sources
    default_namespace: Scalar | None = None

    def resource(self) -> Resource:
        """Return the object; raises InfraToolError with the place for what kustomize refuses."""
        origin, node = self.sources.origin(self.file), self.entry.node
        fields = pairs(node)
        if self.entry.name is None or not self.entry.name.value:
            raise origin.error("a generator needs a name", node)
        is_secret = self.entry.field == "secretGenerator"
        root = Map(origin, node)
        root["apiVersion"] = string("v1", origin, node)
        root["kind"] = string("Secret" if is_secret else "ConfigMap", origin, node)
        metadata = root["metadata"] = Map(origin, node)
        put(metadata, "name", string(self.entry.name.value, origin, self.entry.name))
        namespace = text_node(fields, "namespace")
        if namespace is None or not namespace.value:
            namespace = self.default_namespace
        if namespace is not None and namespace.value:
            put(metadata, "namespace", string(namespace.value, origin, namespace))
        if is_secret:
            type_ = text_node(fields, "type")
            root["type"] = string(type_.value if type_ and type_.value else "Opaque", origin, type_ or node)
        _fill(root, self._distinct(fields, origin), is_secret=is_secret)
        return self._finished(Resource(root), fields, origin)

    def _finished(self, resource: Resource, fields: Fields, origin: Origin) -> Resource:
        options = self._options(fields, origin)
        for name, values in (("labels", options.labels), ("annotations", options.annotations)):
            if values:
                found = resource.metadata[name] = Map(origin, self.entry.node)
                for key, value in values.items():
                    put(found, key, value)
        if options.is_immutable:
            resource.root["immutable"] = Leaf("true", origin, self.entry.node)
        behavior = text_node(fields, "behavior")
        resource.behavior = behavior.value if behavior is not None and behavior.value else "create"
        resource.needs_hash = not options.is_plain
        return resource

    def _options(self, fields: Fields, origin: Origin) -> Options:
        own, general = _options(fields, "options", origin), _options(self.file.fields, "generatorOptions", origin)
        return Options(
            dict(sorted({**general.labels, **own.labels}.items())),
            dict(sorted({**general.annotations, **own.annotations}.items())),
            own.is_plain or general.is_plain,
            own.is_immutable or general.is_immutable,
        )

    def _distinct(self, fields: Fields, origin: Origin) -> dict[str, Pair]:
        found: dict[str, Pair] = {}
        for pair in (*self._envs(), *_literals(fields, origin), *self._files(fields, origin)):
            if pair.key in found:
                raise origin.error(f"the key {pair.key} is given twice", pair.node if pair.origin == origin else None)
            found[pair.key] = pair
        return dict(sorted(found.items()))

    def _envs(self) -> Iterator[Pair]:
        for entry in self.entry.files:
            if not entry.field.endswith(".files"):
                data = self.sources.data(self.file, entry)
                yield from _env_lines(data, Origin(self.sources.path(self.file, entry), None))

    def _files(self, fields: Fields, origin: Origin) -> Iterator[Pair]:
        for entry in entries(fields, "files"):
            key, separator, path = entry.text.partition("=")
            if separator and (not key or not path or "=" in path):
                raise origin.error("a file is `path` or `key=path`", entry.node)
            named = Entry(f"{self.entry.field}.files", path if separator else key, entry.node)
            data, target = self.sources.data(self.file, named), self.sources.path(self.file, named)
            yield Pair(key if separator else key.rpartition("/")[2], data, Origin(target, None), None)


def _options(fields: Fields, name: str, origin: Origin) -> Options:
    node = fields[name.lower()][1] if name.lower() in fields else None
    if not isinstance(node, MappingNode):
        return Options()
    inner = pairs(node)
    return Options(
        dict(texts(inner, "labels", origin)),
        dict(texts(inner, "annotations", origin)),
        flag(inner, "disableNameSuffixHash"),
        flag(inner, "immutable"),
    )


def _literals(fields: Fields, origin: Origin) -> Iterator[Pair]:
    for entry in entries(fields, "literals"):
        key, separator, value = entry.text.partition("=")
        if not separator or not key:
            raise origin.error("a literal is `key=value`", entry.node)
        if len(value) > 1 and value[0] == value[-1] and value[0] in QUOTES:
            value = value[1:-1]
        yield Pair(key, value.encode(), origin, entry.node)


def _env_lines(data: bytes, origin: Origin) -> Iterator[Pair]:
    for number, raw in enumerate(data.removesuffix(b"\n").split(b"\n") if data else ()):
        here = Origin(origin.path, None, number)
        if len(raw) >= LONGEST_LINE:
            raise InfraToolError("the line is too long", path=origin.path, line=number + 1)
        line = (raw if number else raw.removeprefix(BOM)).removesuffix(b"\r")
        try:
            text = line.decode().lstrip()
        except UnicodeDecodeError as error:
            raise InfraToolError("the line is not UTF-8", path=origin.path, line=number + 1) from error
        if text and not text.startswith("#"):
            key, _, value = text.partition("=")
            if key:
                yield Pair(key, value.encode(), here, None)


def _fill(root: Map, found: dict[str, Pair], *, is_secret: bool) -> None:
    if is_secret:
        root["data"] = Map(root.origin, root.node)
    for pair in found.values():
        text = None if is_secret else _decoded(pair.content)
        name = "data" if is_secret or text is not None else "binaryData"
        target = root.setdefault(name, Map(root.origin, root.node))
        value = string(base64_lines(pair.content) if text is None else text, pair.origin, pair.node)
        put(target, pair.key, value)  # type: ignore[arg-type]


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def base64_lines(content: bytes) -> str:
    """Return base64 as kustomize writes it: on one line if it is short, else each line with a line break."""
    text = base64.b64encode(content).decode()
    if len(text) < LINE:
        return text
    return "".join(f"{text[start : start + LINE]}\n" for start in range(0, len(text), LINE))


def absorb(objects: Objects, new: Resource, origin: Origin, node: Node) -> None:
    """Add a generated object, or merge it into the one it is for."""
    identity = new.id
    found = objects.matching(identity)
    is_merging = new.behavior in ("merge", "replace")
    if len(found) > 1:
        raise origin.error(f"several objects are or were {identity}", node)
    if not found and is_merging:
        raise origin.error(f"there is no {identity} to {new.behavior}", node)
    if found and not is_merging:
        raise origin.error(f"there is a {identity} already", node, hint="behavior: merge or replace changes it")
    if not found:
        objects.append((new,))
        return
    _take_over(new, found[0])
    objects.items[objects.items.index(found[0])] = new
    objects.changed()


def _take_over(new: Resource, old: Resource) -> None:
    """Make a generated object the successor of one that is there."""
    for field_ in ("labels", "annotations"):
        both = {**old.texts(field_), **new.texts(field_)}
        new.set_texts(field_, dict(sorted(both.items())))
    for name in ("name", "namespace"):
        new.metadata.pop(name, None)
        if name in old.metadata:
            new.metadata[name] = old.metadata[name]
    if new.behavior == "merge":
        new.note = old.note
        for part in ("data", "binaryData"):
            _merge_part(new.root, old.root, part)
    new.previous, new.prefixes, new.suffixes = old.previous, old.prefixes, old.suffixes
    new.variables = old.variables
    new.needs_hash, new.behavior = new.needs_hash and old.needs_hash, old.behavior


def _merge_part(new: Map, old: Map, part: str) -> None:
    found = Map(new.origin, new.node)
    for source in (old.get(part), new.get(part)):
        if isinstance(source, Map):
            for key, value in source.items():
                text = value.text if isinstance(value, Leaf) and not value.is_null else ""
                found[key] = string(text, value.origin, value.node)
    new.pop(part, None)
    if found:
        new[part] = found
