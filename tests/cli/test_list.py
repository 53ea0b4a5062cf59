"""The list of commands, which is told before they are loaded."""

from collections.abc import Iterator

import pytest
from typer._click.core import Command
from typer.core import TyperGroup

from infra_tool import cli
from infra_tool.cli.app import Later


def listed(group: TyperGroup, above: str = "") -> Iterator[tuple[str, Later]]:
    """Yield every command that is loaded later, by its whole name."""
    for name, one in group.commands.items():
        if isinstance(one, Later):
            yield f"{above}{name}", one
            found = one.load()
            if isinstance(found, TyperGroup):
                yield from listed(found, f"{above}{name} ")


def told(command: Command) -> str:
    return command.get_short_help_str(200)


LISTED = dict(listed(cli.build()))


@pytest.mark.parametrize("name", LISTED)
def test_a_command_is_told_as_it_tells_itself(name: str) -> None:
    later = LISTED[name]
    assert told(later) == told(later.load())
    assert later.hidden == later.load().hidden


def test_the_list_holds_groups_and_what_is_in_them() -> None:
    assert {"lint", "secret", "secret set", "secret recipient", "secret textconv"} <= LISTED.keys()
    assert [name for name, one in LISTED.items() if one.hidden] == ["secret textconv", "secret merge-file"]
