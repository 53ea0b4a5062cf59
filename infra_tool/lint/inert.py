"""What of a manifest is nobody's business but its own: a change of it leaves what is said of all others as it was."""

from collections.abc import Callable
from collections.abc import Sequence as Items

from infra_tool.yamldoc import Mapping, Node, Scalar, Sequence, YamlFile

Path = tuple[str, ...]
"""The keys that lead to a node, `*` for every index."""

Entries = Items[tuple[Node, Node]]
MayChange = Callable[[Scalar, Scalar, Path], bool]

CONTAINERS = {"containers", "initContainers", "ephemeralContainers"}
LONELY = {
    ("image",),
    ("imagePullPolicy",),
    ("args", "*"),
    ("command", "*"),
    ("env", "*", "value"),
    ("resources", "limits", "cpu"),
    ("resources", "limits", "memory"),
    ("resources", "requests", "cpu"),
    ("resources", "requests", "memory"),
}
"""The scalars of a container that no rule about the repo may look at; of `image`, the tag and digest."""

REPLACED = "$"
"""A text with a variable of Flux speaks of what another file says."""

POLICY = "$imagepolicy"
"""A comment that names an object."""


def is_all_that_changed(old: YamlFile, new: YamlFile) -> bool:
    """Tell whether two versions of a file differ in nothing but such scalars, comments, and layout."""
    if len(old.documents) != len(new.documents) or any(POLICY in one.text for one in (old, new)):
        return False
    pairs = zip(old.documents, new.documents, strict=True)
    return all(is_same(one.root, other.root, (), _may_change) for one, other in pairs)


def is_same(old: Node | None, new: Node | None, path: Path, may_change: MayChange) -> bool:
    """Tell whether nodes at `path` differ in nothing but scalars that may change."""
    match old, new:
        case None, None:
            return True
        case Scalar(), Scalar():
            return _is_same_scalar(old, new) or may_change(old, new, path)
        case Mapping(), Mapping():
            return _is_alike(old, new) and are_same(old.items, new.items, path, may_change)
        case Sequence(), Sequence():
            items = zip(old.items, new.items, strict=False)
            return _is_alike(old, new) and all(is_same(one, other, (*path, "*"), may_change) for one, other in items)
        case _:
            return False


def are_same(old: Entries, new: Entries, path: Path, may_change: MayChange) -> bool:
    """Tell whether the entries of mappings at `path` differ in nothing but scalars that may change."""
    return len(old) == len(new) and all(
        isinstance(key, Scalar)
        and is_same(before, key, (), _never)
        and is_same(one, other, (*path, key.value), may_change)
        for (before, one), (key, other) in zip(old, new, strict=True)
    )


def _is_alike(old: Mapping | Sequence, new: Mapping | Sequence) -> bool:
    return len(old.items) == len(new.items) and (old.tag, old.anchor) == (new.tag, new.anchor)


def _is_same_scalar(old: Scalar, new: Scalar) -> bool:
    return (old.tag, old.anchor, old.value, old.style) == (new.tag, new.anchor, new.value, new.style)


def _never(_old: Scalar, _new: Scalar, _path: Path) -> bool:
    return False


def _may_change(old: Scalar, new: Scalar, path: Path) -> bool:
    if (old.tag, old.anchor) != (new.tag, new.anchor):
        return False
    if old.anchor or not is_lonely(path) or REPLACED in old.value or REPLACED in new.value:
        return False
    return path[-1] != "image" or _repository(old.value) == _repository(new.value)


def is_lonely(path: Path) -> bool:
    """Tell whether the path of a scalar, `*` for every index, is one of a container's own."""
    places = (index for index, key in enumerate(path) if key in CONTAINERS)
    return any(path[index + 1 : index + 2] == ("*",) and path[index + 2 :] in LONELY for index in places)


def _repository(image: str) -> str:
    """Return an image without tag and digest."""
    name = image.partition("@")[0]
    start, _, tag = name.rpartition(":")
    return start if start and "/" not in tag else name
