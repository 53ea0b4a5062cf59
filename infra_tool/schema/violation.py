"""What the schemas say about one document."""

from typing import Literal, NamedTuple

from infra_tool.yamldoc import Mapping, Node

Code = Literal["K001", "K002", "K003", "K004", "K101"]


class Violation(NamedTuple):
    """One thing that the API server would refuse, at the node where it is written."""

    code: Code
    node: Node
    message: str
    help: str | None = None


class Unchecked(NamedTuple):
    """An object that could not be held against a schema, and why."""

    node: Mapping
    reason: str


class Verdict(NamedTuple):
    """Every violation of a document in source order, and the objects in it that were not checked."""

    violations: tuple[Violation, ...]
    unchecked: tuple[Unchecked, ...]
