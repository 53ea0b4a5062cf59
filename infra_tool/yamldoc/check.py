"""Keep an edit only if the file then means exactly what was asked for."""

from collections.abc import Callable, Iterable
from copy import deepcopy

from infra_tool import splice
from infra_tool.splice import Splice
from infra_tool.yamldoc.ancestry import EditError, nodes, refuse
from infra_tool.yamldoc.compose import parse
from infra_tool.yamldoc.file import YamlError, YamlFile
from infra_tool.yamldoc.nodes import Mapping, Scalar
from infra_tool.yamldoc.resolve import ResolveError, Value, resolve
from infra_tool.yamldoc.second_reader import disagreement

Expected = Callable[[list[Value]], list[Value]]
HINT = "edit the file by hand, and please report this as a bug"


def apply_checked(
    file: YamlFile, splices: Iterable[Splice], expected: Expected, *, second_reader: bool = True
) -> bytes:
    """Return the file's bytes with the splices applied.

    `expected` gets the data of all documents as kustomize reads resources, its own copy, and returns what it must be
    afterwards. `second_reader`: ruamel.yaml must read the new file as we do; it is left out for a file that it did not
    read as we do before the edit. Raises EditError when either does not hold, and for a file with a key given twice.
    """
    data = splice.apply(file.data, splices)
    try:
        changed = parse(data, file.path)
    except YamlError as error:
        raise EditError("the edit would break the file", path=file.path, line=error.line, hint=HINT) from error
    if not same(expected(deepcopy(model(file))), model(changed)):
        raise EditError("the edit would change something else than what was asked for", path=file.path, hint=HINT)
    if second_reader and disagreement(file) is None and (reason := disagreement(changed)) is not None:
        raise EditError(f"a second YAML reader does not agree with the edit: {reason}", path=file.path, hint=HINT)
    return data


def model(file: YamlFile) -> list[Value]:
    """Return the data of all documents, in the dialect of manifests. Raises EditError for what has no clear data."""
    for node in nodes(file):
        if isinstance(node, Mapping):
            _refuse_duplicates(file, node)
    try:
        return [resolve(document.root, "manifest") for document in file.documents]
    except ResolveError as error:
        raise refuse(file, error.node, error.message) from error


def _refuse_duplicates(file: YamlFile, mapping: Mapping) -> None:
    seen: set[str] = set()
    for key, _ in mapping.items:
        if isinstance(key, Scalar):
            if key.value in seen:
                raise refuse(file, key, "a key is given twice in one mapping", "remove one of them")
            seen.add(key.value)


def same(one: Value, other: Value) -> bool:
    """Say whether two values are equal and of equal types: 1, 1.0 and true differ, a NaN equals itself."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or (one != one and other != other)  # noqa: PLR0124 -- NaN
