"""Read a `.env` file: `KEY=VALUE` lines, as shells and most libraries agree on them."""

import re
from collections.abc import Iterator

from infra_tool.errors import InfraToolError
from infra_tool.sops import Secret

LINE = re.compile(r"(?:export[ \t]+)?(?P<key>[-._a-zA-Z0-9]+)[ \t]*=[ \t]*(?P<value>.*)")
QUOTED = re.compile(r"""(?P<quote>['"])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)[ \t]*(?:#.*)?""")
COMMENT = re.compile(r"(?:^|[ \t]+)#.*")
ESCAPE = re.compile(r"\\(.)")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def parse(data: bytes, path: str) -> dict[str, Secret]:
    """Return the values by key; of a key given twice the last counts, as in a shell.

    Backslashes mean something in double quotes only; without quotes a blank and `#` begin a comment. Raises
    InfraToolError with the number of the line, not its words.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InfraToolError("is no text", path=path) from None
    return dict(_entries(text, path))


def _entries(text: str, path: str) -> Iterator[tuple[str, Secret]]:
    for number, row in enumerate(text.split("\n"), 1):
        line = row.strip()
        if not line or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        value = _value(match["value"]) if match else None
        if match is None or value is None:
            hint = "one KEY=VALUE a line; a value of several lines goes by --from-file"
            raise InfraToolError("is no line of an environment file", path=path, line=number, hint=hint)
        yield match["key"], Secret(value)


def _value(source: str) -> str | None:
    """Return a value without its quotes; None when they do not end."""
    if source[:1] not in ("'", '"'):
        return COMMENT.sub("", source)
    match = QUOTED.fullmatch(source)
    if match is None:
        return None
    if match["quote"] == "'":
        return match["text"]
    return ESCAPE.sub(lambda escape: ESCAPES.get(escape[1], escape[1]), match["text"])
