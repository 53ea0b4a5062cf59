"""Every command's JSON has a schema that names each field and lets no other pass."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.core import TyperGroup

from infra_tool import cli
from infra_tool.cli.app import Later

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
FILES = sorted(SCHEMAS.glob("*.json"))


def commands(group: TyperGroup, before: str = "") -> Iterator[str]:
    """Yield the names of all commands; the hidden ones are git's, and print what git wants."""
    for name, one in group.commands.items():
        found = one.load() if isinstance(one, Later) else one
        if isinstance(found, TyperGroup):
            yield from commands(found, f"{before}{name} ")
        elif not found.hidden:
            yield f"{before}{name}"


def objects(schema: object) -> Iterator[dict[str, Any]]:
    """Yield each part of a schema that describes an object with named fields."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


def test_each_command_has_one() -> None:
    named = {f"{command.replace(' ', '-')}.json" for command in commands(cli.build())}
    assert {file.name for file in FILES} == named | {"error.json"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_other_field_passes(file: Path) -> None:
    schema = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    open_ = [part["properties"].keys() for part in objects(schema) if part.get("additionalProperties") is not False]
    assert not open_
    optional = [
        field
        for part in objects(schema)
        for field, about in part["properties"].items()
        if field not in part.get("required", ()) and "description" not in about
    ]
    assert not optional, "an optional field says when it is there"
