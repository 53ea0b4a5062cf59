"""Hold a kustomization file against the table of fields."""

from collections.abc import Iterator, Mapping
from functools import cache

from infra_tool.kustomize.fields import ANY, API_VERSIONS, FLAG, KUSTOMIZATION, NUMBER, TEXT, Shape
from infra_tool.kustomize.problems import Empty, Problem, UnknownField, WrongHeader, WrongType
from infra_tool.repo import closest
from infra_tool.yamldoc import Content, Node, Scalar, Sequence, YamlFile, follow, resolve_scalar
from infra_tool.yamldoc import Mapping as MappingNode
from infra_tool.yamldoc.ancestry import children

FLUX = "kustomize.toolkit.fluxcd.io/"
MERGE = "<<"
NAMES = {TEXT: "a text", FLAG: "true or false", NUMBER: "a whole number"}


def pairs(mapping: MappingNode) -> dict[str, tuple[Scalar, Content]]:
    """Return the entries of a mapping by lower-case name, merge keys expanded; of two with one name the later."""
    found: dict[str, tuple[Scalar, Content]] = {}
    merged: dict[str, tuple[Scalar, Content]] = {}
    for key, value in mapping.pairs():
        if key.value == MERGE and key.style is None:
            for source in value.values() if isinstance(value, Sequence) else (value,):
                if isinstance(source, MappingNode):
                    merged = {**pairs(source), **merged}
        else:
            found[key.value.lower()] = (key, value)
    return {**merged, **found} if merged else found


def is_null(node: Content | None) -> bool:
    """Tell whether a value is missing or null, which kustomize takes for not given."""
    if node is None:
        return True
    return isinstance(node, Scalar) and (node.value in ("", "~") or node.value[0] in "nN") and _value(node) is None


def _value(node: Scalar) -> object:
    return resolve_scalar(node, "kustomization")


def mistyped(file: YamlFile, root: MappingNode, shape: Mapping[str, Shape]) -> Iterator[WrongType]:
    """Yield the fields of a mapping, which may have others too, that do not have the types of a shape."""
    yield from (problem for problem in _record(file, pairs(root), shape, "") if isinstance(problem, WrongType))


def check(file: YamlFile, root: Content | None) -> Iterator[Problem]:
    """Yield what kustomize would refuse in a kustomization file, whatever it names.

    `root` is the file's first document: kustomize reads no other.
    """
    if root is None or is_null(root):
        yield Empty(file, file.path, None)
        return
    if not isinstance(root, MappingNode):
        yield WrongType(file, file.path, root, "the kustomization file", "a mapping", _kind(root))
        return
    for key in _odd_keys(root):
        yield WrongType(file, file.path, key, "a key", "a text", _kind(follow(key)))
    entries = pairs(root)
    given = {name for name, (_, value) in entries.items() if not is_null(value)}
    if not given - {"apiversion", "kind"}:
        yield Empty(file, file.path, None)
    yield from _record(file, entries, KUSTOMIZATION, "")
    yield from _header(file, entries)


def odd_key(mapping: MappingNode) -> Node | None:
    """Return the first key of a mapping that is a list or mapping."""
    return next((key for key, _ in mapping.items if not isinstance(follow(key), Scalar)), None)


def _odd_keys(node: Node) -> Iterator[Node]:
    if isinstance(node, MappingNode) and (key := odd_key(node)) is not None:
        yield key
    for child in children(node):
        yield from _odd_keys(child)


def _header(file: YamlFile, entries: Mapping[str, tuple[Scalar, Content]]) -> Iterator[Problem]:
    kind, version = (_text(entries, name) for name in ("kind", "apiversion"))
    is_flux = version is not None and version.value.startswith(FLUX)
    name = kind.value if kind is not None else "Kustomization"
    if kind is not None and name not in API_VERSIONS:
        yield WrongHeader(file, file.path, kind, "kind", name, " or ".join(API_VERSIONS), is_flux)
    elif version is not None and version.value != API_VERSIONS[name]:
        yield WrongHeader(file, file.path, version, "apiVersion", version.value, API_VERSIONS[name], is_flux)


def _text(entries: Mapping[str, tuple[Scalar, Content]], name: str) -> Scalar | None:
    node = entries[name][1] if name in entries else None
    return node if isinstance(node, Scalar) and node.value and not is_null(node) else None


@cache
def _folded(names: tuple[str, ...]) -> Mapping[str, str]:
    return {name.lower(): name for name in names}


def _record(
    file: YamlFile, entries: Mapping[str, tuple[Scalar, Content]], shape: Mapping[str, Shape], place: str
) -> Iterator[Problem]:
    known = _folded(tuple(shape))
    for name, (key, value) in entries.items():
        if name not in known:
            yield UnknownField(file, file.path, key, _below(place, key.value), closest(key.value, shape))
        else:
            yield from _value_problems(file, value, shape[known[name]], place, known[name])


def _value_problems(file: YamlFile, node: Content, shape: Shape, place: str, name: str) -> Iterator[Problem]:
    if isinstance(node, Scalar):
        yield from _scalar(file, node, shape, _below(place, name))
    elif isinstance(shape, tuple) and isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _value_problems(file, follow(item), shape[0], place, f"{name}[{index}]")
    elif isinstance(shape, Mapping) and isinstance(node, MappingNode):
        inside = _below(place, name)
        if "*" not in shape:
            yield from _record(file, pairs(node), shape, inside)
            return
        for key, value in pairs(node).values():
            yield from _value_problems(file, value, shape["*"], inside, key.value)
    elif shape != ANY:
        yield WrongType(file, file.path, node, _below(place, name), _wanted(shape), _kind(node))


def _scalar(file: YamlFile, node: Scalar, shape: Shape, name: str) -> Iterator[Problem]:
    value = _value(node)
    is_fine = (
        value is None
        or shape == ANY
        or (shape == TEXT and isinstance(value, str))
        or (shape == FLAG and isinstance(value, bool))
        or (shape == NUMBER and isinstance(value, int) and not isinstance(value, bool))
    )
    if not is_fine:
        yield WrongType(file, file.path, node, name, _wanted(shape), _kind(node))


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _wanted(shape: Shape) -> str:
    if isinstance(shape, str):
        return NAMES[shape]
    return "a list" if isinstance(shape, tuple) else "a mapping"


def _kind(node: Content) -> str:
    if not isinstance(node, Scalar):
        return "a list" if isinstance(node, Sequence) else "a mapping"
    value = _value(node)
    if isinstance(value, bool):
        return "a boolean"
    return "a number" if isinstance(value, (int, float)) else "a text"
