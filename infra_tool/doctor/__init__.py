"""What is missing on this machine and around this infra repo: each thing ok or not, with what mends it."""

from collections.abc import Iterator

from infra_tool.doctor import builder, health, hook, keys, packages, place, remote, tools, trust
from infra_tool.doctor.line import Check, Here, Line, State
from infra_tool.errors import InfraToolError

CHECKS: tuple[Check, ...] = (tools, place, keys, hook, remote, builder, packages, trust, health)

__all__ = ["CHECKS", "Here", "Line", "State", "examine"]


def examine(here: Here) -> Iterator[tuple[str, Line]]:
    """Yield what each check says, by its name; one that breaks, or cannot read a file, is a line that fails."""
    for check in CHECKS:
        try:
            for line in check.check(here):
                yield check.NAME, line
        except InfraToolError as error:
            yield check.NAME, Line("fail", str(error), error.hint)
        except OSError as error:
            what = f"cannot read {error.filename}" if error.filename else "this cannot be looked at"
            yield check.NAME, Line("fail", f"{what}: {error.strerror or error}")
