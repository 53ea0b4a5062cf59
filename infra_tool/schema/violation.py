"""What the schemas say about one document."""

from typing import Literal, NamedTuple

from infra_tool.yamldoc import Mapping, Node

Code = Literal[
    "K001",
    "K002",
    "K003",
    "K004",
    "K005",
    "K006",
    "K007",
    "K008",
    "K009",
    "K010",
    "K011",
    "K013",
    "K014",
    "K015",
    "K016",
    "K101",
    "K202",
    "K203",
]


class Violation(NamedTuple):
    """One thing that the API server would refuse, at the node where it is written.

    `lacks` are the fields without which it is one, as dotted paths without indexes: a patch that sets one of each group
    may heal it. `is_risky`: not the server itself refuses it, or not with all settings.
    """

    code: Code
    node: Node
    message: str
    help: str | None = None
    lacks: tuple[tuple[str, ...], ...] = ()
    is_risky: bool = False


class Unchecked(NamedTuple):
    """An object that could not be held against a schema, and why."""

    node: Mapping
    reason: str


class Verdict(NamedTuple):
    """Every violation of a document in source order, and the objects in it that were not checked.

    `kind` is that of the document's object; None where there are several.
    """

    violations: tuple[Violation, ...]
    unchecked: tuple[Unchecked, ...]
    kind: str | None = None
