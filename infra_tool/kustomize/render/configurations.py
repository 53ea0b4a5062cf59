"""`configurations`: files that name further places of names, labels, images and references."""

from collections.abc import Iterator

from infra_tool.kustomize.check import odd_key, pairs
from infra_tool.kustomize.entries import Fields, entries, records
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render.config import DEFAULT, EMPTY, Config, Reference
from infra_tool.kustomize.render.fieldspec import Conflict, Specs
from infra_tool.kustomize.render.labels import field_spec
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.value import Origin
from infra_tool.yamldoc import Mapping, Node
from infra_tool.yamldoc.ancestry import children

PURPOSES = {
    "namePrefix": "name_prefix",
    "nameSuffix": "name_suffix",
    "namespace": "namespace",
    "commonLabels": "common_labels",
    "labels": "labels",
    "templateLabels": "template_labels",
    "commonAnnotations": "common_annotations",
    "images": "images",
    "replicas": "replicas",
    "varReference": "variables",
}
SPEC = {"group", "version", "kind", "path", "create"}
REFERENCE = {"group", "version", "kind", "fieldspecs"}


def load(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Add what the configuration files of a kustomization name."""
    own, whole = EMPTY, objects.config.merged(DEFAULT)
    for entry in entries(file.fields, "configurations"):
        parsed = sources.yaml(sources.path(file, entry))
        root = parsed.documents[0].root if parsed.documents else None
        origin = sources.origin_of(parsed)
        if root is None:
            continue
        if not isinstance(root, Mapping):
            raise origin.error("a configuration must be a mapping", root)
        _refuse_keys(root, origin)
        try:
            own = own.merged(_config(pairs(root), origin))
            whole = objects.config.merged(DEFAULT.merged(own))
        except Conflict as error:
            message = f"{error} is made if it is missing in one configuration, and not in another"
            raise origin.error(message, root) from error
    objects.config = whole


def _refuse_keys(node: Node, origin: Origin) -> None:
    """Refuse keys that are given twice: kustomize reads its configuration strictly."""
    if isinstance(node, Mapping):
        seen: set[str] = set()
        for key, _ in node.pairs():
            if key.value in seen:
                raise origin.error(f"the key {key.value} is given twice", key)
            seen.add(key.value)
        if (odd := odd_key(node)) is not None:
            raise origin.error("a list or mapping cannot be a key", odd)
    for child in children(node):
        _refuse_keys(child, origin)


def _config(fields: Fields, origin: Origin) -> Config:
    known = {name.lower() for name in (*PURPOSES, "nameReference")}
    _refuse_others(fields, known, origin)
    found = {name: Specs(field_spec(spec) for spec in _specs(fields, key, origin)) for key, name in PURPOSES.items()}
    references = tuple(_references(fields, origin))
    return Config(**found, references=references)


def _refuse_others(fields: Fields, known: set[str], origin: Origin) -> None:
    for name, (key, _) in fields.items():
        if name not in known:
            raise origin.error(f"kustomize knows no field {key.value} here", key)


def _specs(fields: Fields, name: str, origin: Origin) -> Iterator[Fields]:
    for _, spec in records(fields, name):
        _refuse_others(spec, SPEC, origin)
        yield spec


def _references(fields: Fields, origin: Origin) -> Iterator[Reference]:
    for _, entry in records(fields, "nameReference"):
        _refuse_others(entry, REFERENCE, origin)
        specs = Specs(field_spec(spec) for spec in _specs(entry, "fieldSpecs", origin))
        yield Reference(field_spec(entry).gvk, specs)
