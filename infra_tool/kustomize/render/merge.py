"""Strategic merge: what a patch makes of an object, as kustomize's walker does it.

Mappings are merged, scalars and most lists replaced; a list with merge keys is merged by items (associative.py).
"""

from infra_tool.kustomize.render.associative import DIRECTIVE, DIRECTIVES, merge_lists
from infra_tool.kustomize.render.merge_keys import Shape, shape_of
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, into_flow, is_flow, is_null, string, text_of


def merge(target: Map, patch: Map) -> Map | None:
    """Change an object as a patch says; returns the result, None for an object that the patch deletes.

    Raises InfraToolError where the patch has another kind of value than the object. The patch must not be used again.
    """
    found = walk(target, patch, None)
    if found is patch:
        return target  # kustomize changes the object in place, and loses one that takes its place
    return found if isinstance(found, Map) else None


def walk(target: Value | None, patch: Value | None, shape: Shape | None) -> Value | None:
    """Merge a value; None for none. `shape` is what is known of the field."""
    kind = _kind(target, patch)
    shape = shape or _shape(target) or _shape(patch)
    if kind is Leaf:
        return patch if patch is not None else target
    if kind is not List:
        return _map(target, patch, shape)
    if shape is None or shape.keys is None:
        return patch if patch is not None else target
    found = merge_lists(target, patch, shape, walk)
    if isinstance(target, List) and is_flow(target) and found is not None:
        into_flow(found)
    return found


def _kind(target: Value | None, patch: Value | None) -> type[Value]:
    """Return the kind of both values; raises InfraToolError when they differ."""
    kinds = [type(value) for value in (target, patch) if value is not None and not is_null(value)]
    if len(kinds) > 1 and kinds[0] is not kinds[1]:
        assert patch is not None  # noqa: S101 -- there are two
        names = {Leaf: "a scalar", Map: "a mapping", List: "a list"}
        raise patch.origin.error(f"the patch has {names[kinds[1]]} where the object has {names[kinds[0]]}", patch.node)
    return kinds[0] if kinds else Map


def _shape(value: Value | None) -> Shape | None:
    """Return what is known of an object that says what it is, also deep inside of another."""
    if not isinstance(value, Map) or "kind" not in value:
        return None
    version, kind = text_of(value.get("apiVersion")), text_of(value.get("kind"))
    return shape_of(version, kind) if version and kind else None


def _map(target: Value | None, patch: Value | None, shape: Shape | None) -> Value | None:
    found = _chosen(target, patch)
    if not isinstance(found, Map):
        return found
    other = patch if isinstance(patch, Map) else None
    is_in_flow = bool(found) and is_flow(found)
    for key in sorted({*found, *(other or ())}):
        value = walk(found.get(key), other.get(key) if other is not None else None, shape and shape.fields.get(key))
        if is_in_flow and value is not None:
            into_flow(value)
        _set(found, key, value, keeps_null=other is None or key not in other)
    return found


def _chosen(target: Value | None, patch: Value | None) -> Value | None:
    """Return the mapping that is gone on with."""
    if is_null(target):
        if isinstance(patch, Map) and _directive(patch) == "delete":
            return None
        return target if patch is None and isinstance(target, Leaf) and target.text else patch
    if patch is not None and is_null(patch):
        return None
    directive = _checked_directive(patch) if isinstance(patch, Map) else "merge"
    return {"delete": None, "replace": patch, "merge": target}[directive]


def _checked_directive(patch: Map) -> str:
    at = patch.get(DIRECTIVE)
    found = _directive(patch)
    if found not in DIRECTIVES:
        raise patch.origin.error(f"$patch cannot be {found}", at.node if at is not None else None)
    return found


def _directive(patch: Map) -> str:
    """Return what `$patch` says and remove it; anything unknown stays."""
    value = patch.get(DIRECTIVE)
    if value is None:
        return "merge"
    found = value.text if isinstance(value, Leaf) else ""
    if found in DIRECTIVES:
        del patch[DIRECTIVE]
    return found


def _set(target: Map, key: str, value: Value | None, *, keeps_null: bool) -> None:
    """Put a merged value into its place; null removes the key, unless it was written in the object."""
    old = target.get(key)
    if value is None or (is_null(value) and not keeps_null):
        target.pop(key, None)
    elif isinstance(value, Leaf) and isinstance(old, Leaf):
        if value is not old:
            old.become(value)
    else:
        target[key] = value


def texts_only(patch: Map, field: str) -> None:
    """Make the labels or annotations of a patch texts, as kustomize does for patches that name their targets."""
    metadata = patch.get("metadata")
    values = metadata.get(field) if isinstance(metadata, Map) else None
    if not isinstance(metadata, Map) or values is None:
        return
    if not isinstance(values, Map) or not values:
        del metadata[field]
        return
    for key, value in values.items():
        values[key] = string(value.text if isinstance(value, Leaf) else "", value.origin, value.node)
