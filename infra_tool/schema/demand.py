"""What the API server demands beyond types: of one value, and of the fields of an object together."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from infra_tool.schema.here import Here
from infra_tool.schema.violation import Code, Violation

Value = str | int | float | bool


class Unmet(NamedTuple):
    """What a value must be instead, as the end of a sentence (`must be ...`), and what to write."""

    must: str
    help: str | None = None


class Demand(NamedTuple):
    """What a value must be; `unmet` says how it is not, None where it is. The code is that of the violation.

    `judges_empty`: an empty text is a value like any other, since the field is a pointer in Go, or no text.
    """

    code: Code
    unmet: Callable[[Value], Unmet | None]
    is_risky: bool = False
    judges_empty: bool = False


Condition = Callable[[Here], Iterator[Violation]]
"""What the fields of one object must meet together: yields each way in which they do not."""
