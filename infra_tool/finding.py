"""What a check found: a value with a place, a rule and a message."""

from dataclasses import dataclass, fields
from typing import Literal

from infra_tool.splice import Splice

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at one place; sorts by place, then code, then message, then all the rest.

    `line` and `column` count from 1, columns in code points; `end_line` and `end_column` point behind the last
    character. `object` is `Kind/namespace/name` where the finding is about a Kubernetes object. `chain` lists the files
    that pull this one in, outermost first. `fix` are splices of `fix_path`, which is `path` unless another file
    is to change; `safe`: a cluster gets what it got before, or what it was meant to get and could not.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    name: str = ""
    severity: Severity = "error"
    end_line: int | None = None
    end_column: int | None = None
    help: str | None = None
    object: str | None = None
    chain: tuple[str, ...] = ()
    fix: tuple[Splice, ...] = ()
    safe: bool = False
    fix_path: str | None = None

    def __lt__(self, other: "Finding") -> bool:
        """Sort by the fields in their order, what is missing first."""
        first, second = ((one.path, one.line, one.column, one.code, one.message) for one in (self, other))
        return first < second if first != second else _rest(self) < _rest(other)


def _rest(finding: Finding) -> list[tuple[bool, object]]:
    values = [getattr(finding, field.name) for field in fields(finding)]
    return [(value is not None, value) for value in values]
