"""What a command says: its result on stdout, everything else on stderr."""

import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

import typer

from infra_tool import __version__
from infra_tool.errors import InfraToolError


class Format(StrEnum):
    """How a result is printed."""

    text = "text"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How the result is printed.")]

Json = Mapping[str, object]


def result(command: str, value: Json) -> None:
    """Print the one JSON object of a command that succeeded."""
    _print({"infra_tool": __version__, "command": command, "result": value})


def say(line: str) -> None:
    """Print a line of the result."""
    print(line)


def note(line: str) -> None:
    """Tell something that is not the result: progress, what to do next."""
    print(line, file=sys.stderr)


def warn(line: str, *, hint: str | None = None) -> None:
    """Tell something that the person should know and that stops nothing."""
    note(f"warning: {line}")
    if hint:
        note(f"hint: {hint}")


def _print(value: Json) -> None:
    import json

    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


class Failures:
    """Shows the error that ended a command, as JSON on stdout where JSON was asked for."""

    def __init__(self, arguments: Sequence[str], command: str) -> None:
        """Read from the arguments what was asked for: an error may come before they are parsed."""
        self._command = command
        self._json = "--format=json" in arguments or ("--format", "json") in pairwise(arguments)

    def show(self, error: InfraToolError) -> None:
        """Tell what happened, where and what to do next."""
        note(f"error: {error}")
        if error.hint:
            note(f"hint: {error.hint}")
        if self._json:
            self._object(error.code, error.message, hint=error.hint, path=error.path, line=error.line)

    def show_bug(self) -> None:
        """Tell that the program itself is wrong, with what a report needs."""
        import traceback

        traceback.print_exc()
        note("error: this is a bug in infra-tool; please report it with the lines above")
        if self._json:
            self._object("bug", "internal error")

    def _object(
        self, code: str, message: str, *, hint: str | None = None, path: str | None = None, line: int | None = None
    ) -> None:
        error = {"code": code, "message": message, "hint": hint, "path": path, "line": line}
        _print({"infra_tool": __version__, "command": self._command, "error": error})
