"""Where in an object something is: a path of field names that goes through lists by itself."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from infra_tool.kustomize.render.order import rank
from infra_tool.kustomize.render.resource import Gvk
from infra_tool.kustomize.render.value import Leaf, List, Map, Origin, Value
from infra_tool.yamldoc import Node

Kind = Literal["scalar", "map"]
ODD = re.compile(r"[0-9]+|-|\*|\[.*\]", re.DOTALL)
Change = Callable[[Value], Value]


class FieldSpec(NamedTuple):
    """A place in objects of some kinds; `create`: it is made where it is missing."""

    gvk: Gvk
    path: str
    create: bool = False


class Conflict(Exception):  # noqa: N818 -- a value for the caller, who knows the file
    """Two specs of one place that differ in `create`."""


class Specs:
    """Specs for one purpose, which knows those for each kind of object."""

    def __init__(self, specs: Iterable[FieldSpec] = ()) -> None:
        """Hold specs."""
        self.all = tuple(specs)
        self._by_kind: dict[Gvk, tuple[FieldSpec, ...]] = {}

    def of(self, gvk: Gvk) -> tuple[FieldSpec, ...]:
        """Return the specs for objects of a kind."""
        found = self._by_kind.get(gvk)
        if found is None:
            found = self._by_kind[gvk] = tuple(spec for spec in self.all if gvk.is_selected(spec.gvk))
        return found

    def merged(self, more: Iterable[FieldSpec]) -> "Specs":
        """Return these with those that are not there yet; raises Conflict.

        One counts as there when a spec of the same path is for the same kinds, or fewer.
        """
        found = list(self.all)
        for spec in more:
            same = next((one for one in found if one.path == spec.path and one.gvk.is_selected(spec.gvk)), None)
            if same is None:
                found.append(spec)
            elif same.create != spec.create:
                raise Conflict(spec.path)
        return Specs(found) if len(found) > len(self.all) else self

    def sorted(self) -> "Specs":
        """Return these in the order of kustomize's own tables."""
        return Specs(sorted(self.all, key=lambda spec: rank(spec.gvk)))


@lru_cache(maxsize=4096)
def parts(path: str, delimiter: str = "/") -> tuple[str, ...]:
    r"""Return the steps of a path; a delimiter after a backslash is part of a name."""
    steps = path.split(delimiter)
    if len(steps) > 1 and not steps[0]:
        steps = steps[1:]
    found = [steps[0]]
    for step in steps[1:]:
        if found[-1].endswith("\\"):
            found[-1] = found[-1][:-1] + delimiter + step
        else:
            found.append(step)
    return tuple(found)


@lru_cache(maxsize=4096)
def is_odd(path: str) -> bool:
    """Tell whether a path has steps that are no names of fields to kustomize: items of lists, or all of them."""
    return any(ODD.fullmatch(step.removesuffix("[]")) for step in parts(path))


class Visit:
    """Changes the values at the places of one spec; `kind` is that of the field if it has to be made."""

    __slots__ = ("_by", "_change", "_create", "_is_odd", "_kind", "_steps")

    def __init__(self, spec: FieldSpec, change: Change, kind: Kind | None, by: tuple[Origin, Node | None]) -> None:
        """Prepare; `by` is what the change comes from."""
        self._steps = parts(spec.path)
        self._is_odd = is_odd(spec.path)
        self._change = change
        self._create = spec.create and kind is not None
        self._kind = kind
        self._by = by

    def run(self, root: Map) -> None:
        """Change an object; raises InfraToolError where the path meets a scalar."""
        self._visit(root, 0)

    def _visit(self, value: Value, index: int) -> Value:
        if index == len(self._steps):
            return self._change(value)
        if type(value) is Map:
            self._field(value, index)
        elif type(value) is List:
            for place, item in enumerate(value):
                value[place] = self._visit(item, index)
        elif not value.is_null:  # type: ignore[union-attr]
            path = "/".join(self._steps)
            raise value.origin.error(f"{path} goes on where there is a scalar", value.node)
        return value

    def _field(self, value: Map, index: int) -> None:
        step = self._steps[index]
        name = step.removesuffix("[]")
        if not name or (self._is_odd and ODD.fullmatch(name)):
            raise self._by[0].error(f"{'/'.join(self._steps)} goes on by {name!r} where there is a mapping", value.node)
        is_list = name != step
        field = value.get(name)
        if field is None:
            if not self._create or is_list:
                return
            field = self._made(index)
        elif type(field) is Leaf and field.is_null and (is_list or self._create):
            field = List(field.origin, field.node) if is_list else self._made(index)
        value[name] = self._visit(field, index + 1)

    def _made(self, index: int) -> Value:
        origin, node = self._by
        if index == len(self._steps) - 1 and self._kind == "scalar":
            return Leaf("", origin, node)
        return Map(origin, node)
