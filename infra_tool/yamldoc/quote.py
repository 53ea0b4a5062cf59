"""The YAML source of a string, such that every reader takes it as exactly that string.

Readers differ in what a plain scalar means (YAML 1.1, go-yaml v2 and v3, YAML 1.2 core): what any of them could take
for something else is quoted. Escapes are those that JSON has too; lines are never folded.
"""

import re

from infra_tool.yamldoc.nodes import Style

NUMBER = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|(?=[0-9_.])[0-9_]*\.?[0-9_]*(?:[eE][-+]?[0-9_]*)?"
    r"|[0-9][0-9_]*(?::[0-9_]+)+(?:\.[0-9_]*)?|\.[iI][nN][fF]|\.[nN][aA][nN])"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?"
)
NUMBER_START = frozenset("+-._0123456789")
WORDS = frozenset(("", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<", "-", "..", "..."))
"""Lower case: in any other case they are quoted as well."""

ESCAPED = re.compile(
    r"""["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]""",
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What only double quotes can hold on one line."""

NOT_PLAIN = re.compile(r"^[?:,\[\]{}#&*!|>'\"%@`]|^-(?:[\s,\[\]{}]|$)|^(?:---|\.\.\.)(?:\s|$)|^\s|\s$|:(?:\s|$)|\s#")
NOT_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}:?]")
SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def quoted(text: str, style: Style = None, *, flow: bool = False) -> str:
    """Return the one-line source of a string scalar, in the style asked for where that is possible.

    `style` None asks for a plain scalar, and double quotes (single ones around double ones) where that would be read as
    something else. `flow`: inside of [] or {}.
    """
    if style == '"' or CONTROL.search(text):
        return _double(text)
    if style == "'":
        return _single(text)
    if is_plain(text, flow=flow):
        return text
    return _single(text) if ('"' in text or "\\" in text) and "'" not in text else _double(text)


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Say whether every reader takes `text` without quotes as that string."""
    if NOT_PLAIN.search(text) or CONTROL.search(text):
        return False
    if flow and NOT_PLAIN_IN_FLOW.search(text):
        return False
    return not is_mistakable(text)


def is_mistakable(text: str) -> bool:
    """Say whether some reader takes a plain scalar for something else than a string: a number, a date, a truth."""
    return text.lower() in WORDS or (text[0] in NUMBER_START and NUMBER.fullmatch(text) is not None)


def _double(text: str) -> str:
    return f'"{ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return SHORT.get(character) or f"\\u{ord(character):04x}"


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
