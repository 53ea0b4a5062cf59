"""Look into rendered objects: a path that is not there, or of another type, is nothing."""

from collections.abc import Iterator

from infra_tool.kustomize.render.value import Leaf, List, Map, Value, is_null


def get(value: Value | None, *path: str) -> Value | None:
    """Return the value at a path of keys; None where there is none, or null."""
    here = value
    for key in path:
        here = here.get(key) if isinstance(here, Map) else None
    return None if is_null(here) else here


def leaf(value: Value | None, *path: str) -> Leaf | None:
    """Return the scalar at a path."""
    found = get(value, *path)
    return found if isinstance(found, Leaf) else None


def text(value: Value | None, *path: str) -> str:
    """Return the text of the scalar at a path; nothing where there is none."""
    found = get(value, *path)
    return found.text if isinstance(found, Leaf) else ""


def flag(value: Value | None, *path: str) -> bool:
    """Tell whether the value at a path is true."""
    return text(value, *path) == "true"


def maps(value: Value | None, *path: str) -> Iterator[Map]:
    """Yield the mappings in the list at a path."""
    found = get(value, *path)
    yield from (item for item in found if isinstance(item, Map)) if isinstance(found, List) else ()


def words(value: Value | None) -> Iterator[str]:
    """Yield the texts of a list."""
    yield from (item.text for item in value if isinstance(item, Leaf)) if isinstance(value, List) else ()


def texts(value: Value | None, *path: str) -> dict[str, str]:
    """Return the entries of the mapping at a path that are scalars: labels, annotations."""
    found = get(value, *path)
    entries = found.items() if isinstance(found, Map) else ()
    return {key: item.text for key, item in entries if isinstance(item, Leaf)}
