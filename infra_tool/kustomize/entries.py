"""The entries of a kustomization file with their places."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from infra_tool.kustomize.check import is_null, pairs
from infra_tool.yamldoc import Content, Scalar, Sequence
from infra_tool.yamldoc import Mapping as MappingNode

Fields = Mapping[str, tuple[Scalar, Content]]


class Entry(NamedTuple):
    """A path (or URL) that a field names: as written, without a generator's `key=`; `node` is the whole scalar."""

    field: str
    text: str
    node: Scalar


class Patch(NamedTuple):
    """An entry of `patches`, `patchesStrategicMerge` or `patchesJson6902`: a file or inline text, and its target."""

    field: str
    entry: Entry | None
    inline: Scalar | None
    target: MappingNode | None
    node: Content


class Image(NamedTuple):
    """An entry of `images`; `node` is its mapping, for adding a field."""

    node: MappingNode
    name: Scalar | None
    new_name: Scalar | None
    new_tag: Scalar | None
    digest: Scalar | None
    tag_suffix: Scalar | None


class Generator(NamedTuple):
    """An entry of `configMapGenerator` or `secretGenerator`; `files` holds those of `files`, `envs` and `env`."""

    field: str
    name: Scalar | None
    files: tuple[Entry, ...]
    node: MappingNode


def text_node(fields: Fields, name: str) -> Scalar | None:
    """Return the scalar of a field, None when it is not given."""
    value = fields[name.lower()][1] if name.lower() in fields else None
    return value if isinstance(value, Scalar) and not is_null(value) else None


def items(fields: Fields, name: str) -> Iterator[Content]:
    """Iterate over the items of a list field."""
    value = fields[name.lower()][1] if name.lower() in fields else None
    if isinstance(value, Sequence):
        yield from value.values()


def entries(fields: Fields, name: str, field: str | None = None) -> Iterator[Entry]:
    """Iterate over the texts of a list field."""
    for item in items(fields, name):
        if isinstance(item, Scalar):
            yield Entry(field or name, "" if is_null(item) else item.value, item)


def records(fields: Fields, name: str) -> Iterator[tuple[MappingNode, Fields]]:
    """Iterate over the mappings of a list field."""
    for item in items(fields, name):
        if isinstance(item, MappingNode):
            yield item, pairs(item)


def is_inline(text: str) -> bool:
    """Tell whether an entry that may be a path or YAML is YAML."""
    return "\n" in text or text.lstrip().startswith("{") or ": " in text


def patches(fields: Fields) -> Iterator[Patch]:
    """Iterate over the patches of all three fields."""
    for entry in entries(fields, "patchesStrategicMerge"):
        inline = entry.node if is_inline(entry.text) or not entry.text.strip() else None
        yield Patch("patchesStrategicMerge", None if inline else entry, inline, None, entry.node)
    for field in ("patches", "patchesJson6902"):
        for node, inner in records(fields, field):
            path, target = text_node(inner, "path"), inner["target"][1] if "target" in inner else None
            named = Entry(f"{field}.path", path.value, path) if path is not None and path.value else None
            selector = target if isinstance(target, MappingNode) else None
            yield Patch(field, named, text_node(inner, "patch"), selector, node)


def images(fields: Fields) -> Iterator[Image]:
    """Iterate over `images`."""
    for field in ("images", "imageTags"):
        for node, inner in records(fields, field):
            yield image(node, inner)


def image(node: MappingNode, fields: Fields) -> Image:
    """Return an entry of `images`."""
    return Image(node, *(text_node(fields, name) for name in ("name", "newName", "newTag", "digest", "tagSuffix")))


def generators(fields: Fields) -> Iterator[Generator]:
    """Iterate over the two generators' entries."""
    for field in ("configMapGenerator", "secretGenerator"):
        for node, inner in records(fields, field):
            yield generator(field, node, inner)


def generator(field: str, node: MappingNode, fields: Fields) -> Generator:
    """Return an entry of a generator field."""
    files = [
        *(_without_key(entry) for entry in entries(fields, "files", f"{field}.files")),
        *entries(fields, "envs", f"{field}.envs"),
    ]
    env = text_node(fields, "env")
    if env is not None:
        files.append(Entry(f"{field}.env", env.value, env))
    return Generator(field, text_node(fields, "name"), tuple(files), node)


def _without_key(entry: Entry) -> Entry:
    key, separator, path = entry.text.partition("=")
    return Entry(entry.field, path if separator else key, entry.node)


def other_files(fields: Fields) -> Iterator[Entry]:
    """Iterate over the files that the remaining fields name: configuration of kustomize itself."""
    for field in ("configurations", "crds"):
        yield from entries(fields, field)
    for _, inner in records(fields, "replacements"):
        if (path := text_node(inner, "path")) is not None:
            yield Entry("replacements.path", path.value, path)
    openapi = fields["openapi"][1] if "openapi" in fields else None
    if isinstance(openapi, MappingNode) and (path := text_node(pairs(openapi), "path")) is not None:
        yield Entry("openapi.path", path.value, path)


def values_files(fields: Fields) -> Iterator[Entry]:
    """Iterate over the values files of Helm charts."""
    for _, inner in records(fields, "helmCharts"):
        if (path := text_node(inner, "valuesFile")) is not None:
            yield Entry("helmCharts.valuesFile", path.value, path)
        yield from entries(inner, "additionalValuesFiles", "helmCharts.additionalValuesFiles")
    for _, inner in records(fields, "helmChartInflationGenerator"):
        if (path := text_node(inner, "values")) is not None:
            yield Entry("helmChartInflationGenerator.values", path.value, path)


def plugins(fields: Fields) -> Iterator[Entry]:
    """Iterate over the files and directories of plugin configuration; inline ones are left out."""
    for field in ("generators", "transformers", "validators"):
        yield from (entry for entry in entries(fields, field) if entry.text and not is_inline(entry.text))
