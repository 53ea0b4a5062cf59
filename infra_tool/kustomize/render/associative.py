"""Merge lists whose items are told apart by keys, step by step as kustomize does, its oddities included.

The patch's items come first, then the rest; an item is matched by the keys that any item has; items without a key make
others vanish.
"""

from collections.abc import Callable

from infra_tool.kustomize.render.merge_keys import Shape
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, is_null

Keys = tuple[str, ...]
Walk = Callable[[Value | None, Value | None, Shape | None], Value | None]
Merged = Callable[[Value | None, Value | None], Value | None]
DIRECTIVE = "$patch"
DIRECTIVES = ("delete", "replace", "merge")


def merge_lists(target: Value | None, patch: Value | None, shape: Shape, walk: Walk) -> Value | None:
    """Merge a list; both sides are lists, null or missing. `walk` merges items."""
    chosen = _chosen(target, patch)
    if not isinstance(chosen, List):
        return chosen
    other = patch if isinstance(patch, List) else None
    keys = shape.keys or ()
    if keys:
        values = _values(other, chosen, keys)
    else:
        keys = ("",)
        values = list(dict.fromkeys((_text(item),) for side in (other, chosen) for item in side or ()))
    inner = Shape(None, shape.fields)
    return _merge(chosen, other, keys, values, lambda one, another: walk(one, another, inner))


def _chosen(target: Value | None, patch: Value | None) -> Value | None:
    """Return the list that is gone on with."""
    if is_null(target):
        return patch
    if patch is not None and is_null(patch):
        return None
    directive = _directive(patch) if isinstance(patch, List) else "merge"
    return {"delete": None, "replace": patch, "merge": target}[directive]


def _directive(patch: List) -> str:
    """Return what an item that holds nothing but `$patch` says, and remove it."""
    marked = next((item for item in patch if isinstance(item, Map) and DIRECTIVE in item), None)
    if marked is None or len(marked) > 1:
        return "merge"
    found = _text(marked[DIRECTIVE])
    if found not in DIRECTIVES:
        raise marked.origin.error(f"$patch cannot be {found}", marked.node)
    put_item(patch, None, (DIRECTIVE,), (found,))
    return found


def _values(patch: List | None, target: List, keys: Keys) -> list[Keys]:
    """Return what the items have for the keys, each once: the patch's first."""
    found = dict.fromkeys(tuple(_field(item, key) for key in keys) for side in (patch, target) for item in side or ())
    values = list(found)
    return _completed(values) if len(keys) > 1 else values


def _completed(values: list[Keys]) -> list[Keys]:
    """Give items that lack one key what another item with the same other keys has."""
    for index in range(len(values)):
        for other in range(len(values)):
            joined = _joined(values[index], values[other])
            if joined is not None:
                values[index] = values[other] = joined
    return values


def _joined(one: Keys, other: Keys) -> Keys | None:
    if any(a != b and a and b for a, b in zip(one, other, strict=True)):
        return None
    if not any(a == b for a, b in zip(one, other, strict=True)):
        return None
    return tuple(a or b for a, b in zip(one, other, strict=True))


def _used(every: list[Keys], values: Keys, keys: Keys) -> tuple[Keys, Keys]:
    """Return the keys that some item has, and the values for them; all where none has any."""
    used = {key for item in every for key, value in zip(keys, item, strict=True) if value}
    if not used:
        return keys, values
    kept = tuple(value for key, value in zip(keys, values, strict=True) if value or key in used)
    return tuple(key for key in keys if key in used), kept


def _merge(target: List, patch: List | None, keys: Keys, every: list[Keys], merged: Merged) -> List:
    added = List(target.origin, target.node)
    used = keys
    for values in every:
        used, wanted = _used(every, values, keys)
        own_keys, own_values = _used([wanted], wanted, used)
        value = merged(_item(target, own_keys, own_values), _item(patch, own_keys, own_values))
        if value is None or is_null(value) or (isinstance(value, Map) and not value):
            put_item(target, None, used, wanted)
            continue
        if isinstance(value, Map):
            for key, text in zip(used, wanted, strict=True):
                if text:
                    value.setdefault(key, Leaf(text, value.origin, value.node))
        put_item(added, value, used, wanted)
    return _appended(added, target, used) if every else target


def _item(items: List | None, keys: Keys, values: Keys) -> Value | None:
    """Return the item that has certain values, None when there is none."""
    for item in items or ():
        if keys[0] == "":
            if _text(item) == values[0]:
                return item
        elif isinstance(item, Map) and all(
            key in item and _text(item[key]) == value for key, value in zip(keys, values, strict=True)
        ):
            return item
    return None


def _appended(result: List, rest: List, keys: Keys) -> List:
    """Add the items of the object to those of the patch."""
    for item in list(rest):
        if keys[0] == "":
            put_item(result, item, keys, (_text(item),))
            continue
        values: list[str] = []
        for key in keys:
            if not is_null(item) and not isinstance(item, Map):
                raise item.origin.error(f"an item of a list lacks {key}", item.node)
            if not isinstance(item, Map) or key not in item:
                result.append(item)
            else:
                values.append(_text(item[key]))
        if len(keys) > 1:
            put_item(result, None, keys, tuple(values))
        put_item(result, item, keys, tuple(values))
    return result


def put_item(items: List, item: Value | None, keys: Keys, values: Keys) -> None:
    """Put an item in the place of those with certain values, or at the end; None removes them."""
    kept: List = List(items.origin, items.node)
    has_found = False
    for one in items:
        if is_null(one) or (isinstance(one, Map) and not one):
            continue
        is_other = not isinstance(one, Map) and bool(keys[0]) and bool(values) and bool(values[0])
        if is_other or not _matches(one, keys, values):
            if is_other or values:
                kept.append(one)
            continue
        has_found = True
        if item is not None:
            kept.append(item)
    items[:] = kept
    if item is not None and not is_null(item) and not has_found:
        items.append(item)


def _matches(item: Value, keys: Keys, values: Keys) -> bool:
    """Tell whether an item has certain values; a key beyond the values counts as the one before it."""
    if not values:
        return False
    for key, value in zip(keys, values, strict=False):
        if not key:
            if not isinstance(item, Leaf):
                raise item.origin.error("a list has scalars and others", item.node)
            if _text(item) != value:
                return False
        else:
            if not isinstance(item, Map):
                raise item.origin.error(f"an item of a list lacks {key}", item.node)
            if key not in item or (value and _text(item[key]) != value):
                return False
    return True


def _field(item: Value, key: str) -> str:
    value = item.get(key) if isinstance(item, Map) else None
    return _text(value) if value is not None and not is_null(value) else ""


def _text(value: Value) -> str:
    return value.text if isinstance(value, Leaf) else ""
