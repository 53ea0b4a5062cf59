"""Texts with `${VAR}` as Flux reads them: its dialect of shell parameters, which is smaller than a shell's.

Facts: https://github.com/fluxcd/pkg/tree/main/envsubst. `$$` is a dollar sign. A default, whatever its operator (`:-`,
`:=`, `=`, `:?`, `:+`), stands in for a value that is empty; `${A-b}` is not read at all.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from infra_tool.flux import parameters

NAME = re.compile(r"\w+")
TEXT = re.compile(r"\$\$|\$(?!\{)|[^$]+")
OPERATOR = re.compile(r":[=?+-]|=|:|##?|%%?|/[/#%]?|[,^]{1,2}")
DEFAULTS = (":=", ":-", ":?", ":+", "=")
PLAIN = re.compile(r"(?:(?!\$\{)[^}])+")
OFFSET = re.compile(r"(?:(?!\$\{)[^:}])+")
PATTERN = re.compile(r"(?:\\[/\\]|\$\$|(?!\$\{)[^/])+")
REPLACEMENT = re.compile(r"(?:\\[/\\]|\$\$|(?!\$\{)[^}])+")
ESCAPE = re.compile(r"\\([/\\])|\$(\$)")
DEEPEST = 50
"""How many expressions may be inside of each other. Flux sets no limit; nobody writes as many."""

Lookup = Callable[[str], str | None]
"""Returns the value of a variable; empty for one that is not set, None where nobody here knows."""


class BrokenError(ValueError):
    """A text that stops Flux; `start` is where the expression begins."""

    def __init__(self, start: int) -> None:
        """Note the place."""
        super().__init__("no expression that Flux can read")
        self.start = start


@dataclass(frozen=True)
class Expression:
    """`${...}`: a variable, what is done with it, and with what; `source` is how it is written."""

    name: str
    operator: str
    arguments: "tuple[Part, ...]"
    source: str


Part = str | Expression


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Part, ...]:
    """Return the parts of a text; raises BrokenError."""
    parts: list[Part] = []
    place = 0
    while place < len(text):
        if text.startswith("${", place):
            expression, place = _Reader(text, place).expression(place)
            parts.append(expression)
        else:
            match = TEXT.match(text, place)
            assert match is not None  # noqa: S101 -- it matches everything else
            parts.append("$" if match[0] == "$$" else match[0])
            place = match.end()
    return tuple(parts)


def replaced(text: str, lookup: Lookup) -> str:
    """Return a text with its variables replaced; an expression that takes a value nobody knows stays as it is written.

    Raises BrokenError.
    """
    try:
        return "".join(_written(part, lookup) for part in parse(text)) if "$" in text else text
    except OverflowError as error:
        raise BrokenError(text.index("${")) from error


def expressions(text: str) -> list[Expression]:
    """Return the expressions in a text that are not inside of others; raises BrokenError."""
    return [part for part in parse(text) if isinstance(part, Expression)] if "${" in text else []


def _written(part: Part, lookup: Lookup) -> str:
    value = _value(part, lookup)
    if value is not None:
        return value
    assert isinstance(part, Expression)  # noqa: S101 -- a text has a value
    return part.source


def _value(part: Part, lookup: Lookup) -> str | None:
    """Return what a part becomes, None where that takes a value that nobody knows."""
    if isinstance(part, str):
        return part
    value = lookup(part.name)
    if value is None:
        return None
    if part.operator in DEFAULTS:
        return value or _joined([_value(argument, lookup) for argument in part.arguments])
    if not part.operator:
        return value
    arguments = [_value(argument, lookup) for argument in part.arguments]
    known = [argument for argument in arguments if argument is not None]
    return parameters.apply(part.operator, value, known) if len(known) == len(arguments) else None


def _joined(values: Sequence[str | None]) -> str | None:
    known = [value for value in values if value is not None]
    return "".join(known) if len(known) == len(values) else None


class _Reader:
    """Reads one expression, and those inside of it."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._start = start
        self._depth = 0

    def expression(self, start: int) -> tuple[Expression, int]:
        """Return the expression that begins at a place, and where it ends."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise BrokenError(self._start)
        found = self._expression(start)
        self._depth -= 1
        return found

    def _expression(self, start: int) -> tuple[Expression, int]:
        place = start + 2
        if self._text.startswith("#", place):
            name = self._match(NAME, place + 1)
            return self._closed(start, name.end(), name[0], "length", [])
        name = self._match(NAME, place)
        operator = OPERATOR.match(self._text, name.end())
        if operator is None:
            return self._closed(start, name.end(), name[0], "", [])
        arguments, place = self._arguments(operator[0], operator.end())
        return self._closed(start, place, name[0], operator[0], arguments)

    def _arguments(self, operator: str, place: int) -> tuple[list[Part], int]:
        if operator[0] in ",^":
            return [], place
        if operator in DEFAULTS:
            return self._default(place)
        if operator == ":":
            return self._offsets(place)
        if operator[0] == "/":
            return self._replacement(place)
        argument, place = self._argument(PLAIN, place)
        return [argument], place

    def _default(self, place: int) -> tuple[list[Part], int]:
        found: list[Part] = []
        while not self._text.startswith("}", place):
            argument, place = self._argument(PLAIN, place)
            found.append(argument)
        return found, place

    def _offsets(self, place: int) -> tuple[list[Part], int]:
        first, place = self._argument(OFFSET, place)
        if not self._text.startswith(":", place):
            return [first], place
        second, place = self._argument(PLAIN, self._match(re.compile(":+"), place).end())
        return [first, second], place

    def _replacement(self, place: int) -> tuple[list[Part], int]:
        first, place = self._argument(PATTERN, place)
        place = self._match(re.compile("/+"), place).end()
        if self._text.startswith("}", place):
            return [first], place
        second, place = self._argument(REPLACEMENT, place)
        return [first, second], place

    def _argument(self, kind: re.Pattern[str], place: int) -> tuple[Part, int]:
        if self._text.startswith("${", place):
            return self.expression(place)
        match = self._match(kind, place)
        is_escaped = kind in (PATTERN, REPLACEMENT)
        return (ESCAPE.sub(r"\1\2", match[0]) if is_escaped else match[0]), match.end()

    def _closed(
        self, start: int, place: int, name: str, operator: str, arguments: list[Part]
    ) -> tuple[Expression, int]:
        end = self._match(re.compile("}"), place).end()
        return Expression(name, operator, tuple(arguments), self._text[start:end]), end

    def _match(self, pattern: re.Pattern[str], place: int) -> re.Match[str]:
        match = pattern.match(self._text, place)
        if match is None:
            raise BrokenError(self._start)
        return match
