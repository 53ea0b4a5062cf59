"""What differs between two values, field by field."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra_tool.diff.fields import Change, Item, Path, Plain, changes
from infra_tool.kustomize.render.merge_keys import shape_of

SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "b", "1"])
KEYS = st.sampled_from(["name", "kind", "spec", "containers", "ports", "port", "protocol", "a"])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))
NAMED = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from("abcde")}, optional={"image": SCALARS, "env": VALUES}), max_size=5
)
OBJECTS = st.fixed_dictionaries(
    {}, optional={"spec": st.fixed_dictionaries({}, optional={"containers": NAMED, "ports": VALUES, "x": VALUES})}
)
SERVICE = shape_of("v1", "Service")


def identical(one: Plain, other: Plain) -> bool:
    """Compare with the types of scalars and without the order of keys."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(identical(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(identical, one, other))
    return type(one) is type(other) and one == other


def index(items: list[Plain], step: Item) -> int:
    return next(i for i, item in enumerate(items) if isinstance(item, dict) and Item.of(step.keys, item) == step)


def inside(value: Plain, path: Path) -> Plain:
    for step in path:
        if isinstance(value, dict):
            assert isinstance(step, str)
            value = value[step]
        else:
            assert isinstance(value, list)
            assert not isinstance(step, str)
            value = value[step if isinstance(step, int) else index(value, step)]
    return value


def reordered(items: list[Plain], names: Plain) -> list[Plain]:
    """Return items in the order of their names, which are the values of the keys by which they were matched."""
    assert isinstance(names, list)
    for keys in (("name",), ("port", "protocol"), ("kind", "namespace", "name"), ("key",), ("host",), ("path",)):
        found = {repr(name_of(keys, item)): item for item in items if isinstance(item, dict)}
        if {repr(name) for name in names} == found.keys() and len(found) == len(items):
            return [found[repr(name)] for name in names]
    raise AssertionError(names)


def name_of(keys: tuple[str, ...], item: dict[str, Plain]) -> Plain:
    values = Item.of(keys, item).values
    return values[0] if len(values) == 1 else list(values)


def applied(old: Plain, found: list[Change]) -> Plain:
    """Do to `old` what the changes say."""
    holder: dict[str, Plain] = {"": deepcopy(old)}
    for op, path, _, new in found:
        *way, last = ("", *path)
        owner = inside(holder, tuple(way))
        if isinstance(owner, dict):
            assert isinstance(last, str)
            if op == "remove":
                del owner[last]
            elif op == "reorder":
                items = owner[last]
                assert isinstance(items, list)
                owner[last] = reordered(items, new)
            else:
                owner[last] = deepcopy(new)
            continue
        assert isinstance(owner, list)
        assert not isinstance(last, str)
        if op == "add":
            owner.append(deepcopy(new))
            continue
        place = last if isinstance(last, int) else index(owner, last)
        if op == "remove":
            del owner[place]
        elif op == "reorder":
            items = owner[place]
            assert isinstance(items, list)
            owner[place] = reordered(items, new)
        else:
            owner[place] = deepcopy(new)
    return holder[""]


@settings(max_examples=400)
@given(old=VALUES | OBJECTS, new=VALUES | OBJECTS)
def test_the_changes_make_the_new_of_the_old(old: Plain, new: Plain) -> None:
    assert SERVICE is not None
    found = list(changes(old, new, SERVICE))
    assert identical(applied(old, found), new)
    assert bool(found) is not identical(old, new)


@given(value=VALUES | OBJECTS)
def test_nothing_changes_between_a_value_and_itself(value: Plain) -> None:
    assert list(changes(value, deepcopy(value))) == []


def containers(*items: Plain) -> Plain:
    return {"spec": {"template": {"spec": {"containers": list(items)}}}}


WAY = ("spec", "template", "spec", "containers")
PORT = Item(("port", "protocol"), (80, "TCP"))


@pytest.mark.parametrize(
    ("old", "new", "kind", "found"),
    [
        (
            containers({"name": "a", "image": "x:1"}, {"name": "b"}),
            containers({"name": "b"}, {"name": "a", "image": "x:2"}),
            "Deployment",
            [
                Change("replace", (*WAY, Item(("name",), ("a",)), "image"), "x:1", "x:2"),
                Change("reorder", WAY, ["a", "b"], ["b", "a"]),
            ],
        ),
        (
            containers({"name": "a"}),
            containers({"name": "a"}, {"name": "c", "image": "y"}),
            "Deployment",
            [Change("add", (*WAY, Item(("name",), ("c",))), None, {"name": "c", "image": "y"})],
        ),
        (
            {"spec": {"ports": [{"port": 80, "name": "web"}]}},
            {"spec": {"ports": [{"port": 80, "protocol": "TCP", "name": "http"}]}},
            "Service",
            [
                Change("replace", ("spec", "ports", PORT, "name"), "web", "http"),
                Change("add", ("spec", "ports", PORT, "protocol"), None, "TCP"),
            ],
        ),
        ({"args": ["a", "b"]}, {"args": ["a", "c"]}, "Other", [Change("replace", ("args", 1), "b", "c")]),
        ({"args": ["a"]}, {"args": ["a", "c"]}, "Other", [Change("replace", ("args",), ["a"], ["a", "c"])]),
        ({"x": True}, {"x": 1}, "Other", [Change("replace", ("x",), old=True, new=1)]),
    ],
)
def test_items_are_told_apart_as_kubernetes_does(old: Plain, new: Plain, kind: str, found: list[Change]) -> None:
    shape = shape_of("v1" if kind == "Service" else "apps/v1", kind)
    assert list(changes(old, new, *([shape] if shape else []))) == found
