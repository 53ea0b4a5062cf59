"""The data path of a node, and changes of data along such paths."""

from collections.abc import Iterable, Iterator

from infra_tool.apps.places.place import Path, Step
from infra_tool.yamldoc import Mapping, Node, Scalar, Sequence, Value, YamlFile


def path_of(file: YamlFile, node: Node) -> Path:
    """Return the number of the document, and the keys and indexes that lead to a node where it is written.

    Raises LookupError for a node of another file.
    """
    for index, document in enumerate(file.documents):
        if document.root is not None and document.start <= node.start <= document.end:
            stack: list[tuple[Node, Path]] = [(document.root, (index,))]
            while stack:
                here, path = stack.pop()
                if here is node:
                    return path
                stack += ((child, (*path, step)) for step, child in _children(here))
    raise LookupError(node)


def _children(node: Node) -> Iterator[tuple[str | int, Node]]:
    if isinstance(node, Sequence):
        yield from enumerate(node.items)
    elif isinstance(node, Mapping):
        yield from ((key.value, value) for key, value in node.items if isinstance(key, Scalar))


def changed(documents: list[Value], steps: Iterable[Step]) -> list[Value]:
    """Return the data of a file after some steps; those that lead nowhere leave it as it is."""
    for (*above, last), value in steps:
        here: Value = documents
        for key in above:
            here = _inside(here, key)
        if isinstance(here, dict) and isinstance(last, str):
            if value is None:
                here.pop(last, None)
            else:
                here[last] = value
        elif isinstance(here, list) and isinstance(last, int) and last < len(here):
            here[last] = value
    return documents


def _inside(value: Value, key: str | int) -> Value:
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None
