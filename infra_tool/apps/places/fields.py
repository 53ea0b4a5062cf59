"""Set or remove entries of a mapping that hold the parts of a version."""

from collections.abc import Iterable
from typing import NamedTuple

from infra_tool.apps.places.locate import path_of
from infra_tool.apps.places.place import Edit, Step
from infra_tool.apps.places.scalar import replaced
from infra_tool.splice import Splice
from infra_tool.yamldoc import Mapping, Scalar, YamlFile, quoted, remove_key, set_key


class Field(NamedTuple):
    """An entry: its key, its value now, the value it is to have (None for none), and what a new one goes below."""

    key: str
    old: Scalar | None
    new: str | None
    below: tuple[str, ...]


def edit(file: YamlFile, mapping: Mapping, fields: Iterable[Field]) -> Edit:
    """Return the edit that gives entries of a mapping new values; keys match whatever their case, as in Go."""
    edits = [_edit(file, mapping, field) for field in fields if field.old is not None or field.new is not None]
    splices = tuple(splice for one in edits for splice in one.splices)
    return Edit(splices, tuple(step for one in edits for step in one.steps))


def _edit(file: YamlFile, mapping: Mapping, field: Field) -> Edit:
    if field.old is not None and field.new is not None:
        return replaced(file, field.old, field.new)
    given = {name.value.lower(): name.value for name, _ in mapping.pairs()}
    key = given.get(field.key.lower(), field.key)
    steps = (Step((*path_of(file, mapping), key), field.new),)
    if field.new is None:
        return Edit((remove_key(file, mapping, key),), steps)
    return Edit((_added(file, mapping, key, field.new, [given.get(name.lower()) for name in field.below]),), steps)


def _added(file: YamlFile, mapping: Mapping, key: str, new: str, below: list[str | None]) -> Splice:
    after = next((name for name in below if name is not None), None)
    return set_key(file, mapping, key, quoted(new, flow=mapping.flow), after=after)
