"""Errors meant for the person at the keyboard; each class carries the exit code of the command line contract."""

from typing import ClassVar

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_FAILURE = 3
EXIT_REFUSED = 4
EXIT_INTERRUPTED = 130


class InfraToolError(Exception):
    """Something could not be done: a tool is missing, the network is down, a file cannot be read (exit 3).

    `message` says what happened, lower case and without a full stop; `hint` what to do next; `path` (repo-relative
    where it is a repo's file) and `line` (from 1) where.
    """

    exit_code: ClassVar[int] = EXIT_FAILURE
    code: ClassVar[str] = "failure"

    def __init__(
        self, message: str, *, hint: str | None = None, path: str | None = None, line: int | None = None
    ) -> None:
        """Keep the parts apart, so that each output format can show them its own way."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.line = line

    def __str__(self) -> str:
        """Return `path:line: message`, as far as each is known."""
        place = self.path or ""
        if place and self.line is not None:
            place = f"{place}:{self.line}"
        return f"{place}: {self.message}" if place else self.message


class UsageError(InfraToolError):
    """Wrong usage or configuration (exit 2)."""

    exit_code = EXIT_USAGE
    code = "usage"


class RefusedError(InfraToolError):
    """Refused on purpose by our own policy (exit 4)."""

    exit_code = EXIT_REFUSED
    code = "refused"


class ToolMissingError(InfraToolError):
    """An external program is not installed (exit 3)."""

    code = "tool-missing"
