"""What of a manifest is nobody's business but its own: a change of it leaves what is said of all others as it was."""

from infra_tool.yamldoc import Mapping, Node, Scalar, Sequence, YamlFile

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


def is_all_that_changed(old: YamlFile, new: YamlFile) -> bool:
    """Tell whether two versions of a file differ in nothing but such scalars, comments, and layout."""
    if len(old.documents) != len(new.documents):
        return False
    return all(_same(one.root, other.root, ()) for one, other in zip(old.documents, new.documents, strict=True))


def _same(old: Node | None, new: Node | None, path: tuple[str, ...]) -> bool:
    match old, new:
        case None, None:
            return True
        case Scalar(), Scalar():
            return _same_scalar(old, new, path)
        case Mapping(), Mapping():
            pairs = zip(old.items, new.items, strict=False)
            return _same_collection(old, new) and all(_same_entry(one, other, path) for one, other in pairs)
        case Sequence(), Sequence():
            items = zip(old.items, new.items, strict=False)
            return _same_collection(old, new) and all(_same(one, other, (*path, "*")) for one, other in items)
        case _:
            return False


def _same_collection(old: Mapping | Sequence, new: Mapping | Sequence) -> bool:
    return len(old.items) == len(new.items) and (old.tag, old.anchor) == (new.tag, new.anchor)


def _same_entry(old: tuple[Node, Node], new: tuple[Node, Node], path: tuple[str, ...]) -> bool:
    key = new[0]
    if not isinstance(key, Scalar) or not _same(old[0], key, ()):
        return False
    return _same(old[1], new[1], (*path, key.value))


def _same_scalar(old: Scalar, new: Scalar, path: tuple[str, ...]) -> bool:
    if (old.tag, old.anchor) != (new.tag, new.anchor):
        return False
    if (old.value, old.style) == (new.value, new.style):
        return True
    if old.anchor or not is_lonely(path) or REPLACED in old.value or REPLACED in new.value:
        return False
    return path[-1] != "image" or _repository(old.value) == _repository(new.value)


def is_lonely(path: tuple[str, ...]) -> bool:
    """Tell whether the path of a scalar, `*` for every index, is one of a container's own."""
    places = (index for index, key in enumerate(path) if key in CONTAINERS)
    return any(path[index + 1 : index + 2] == ("*",) and path[index + 2 :] in LONELY for index in places)


def _repository(image: str) -> str:
    """Return an image without tag and digest."""
    name = image.partition("@")[0]
    start, _, tag = name.rpartition(":")
    return start if start and "/" not in tag else name
