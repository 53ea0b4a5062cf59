"""What keeps a file from being read as YAML: a character, an alias of another document, or anything else."""

import re
from typing import Literal

from infra_tool.lint.subject import Source
from infra_tool.yamldoc import YamlError
from infra_tool.yamldoc.file import NEWLINE

Reason = Literal["character", "alias", "syntax"]

FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ufffd\U00010000-\U0010ffff]")
ALIAS = re.compile(r"\*([^\s,\[\]{}]+)")
INDENTED_BY_TAB = re.compile(r" *\t")
DOCUMENT = re.compile(r"^---", re.MULTILINE)


def reason(source: Source, error: YamlError) -> Reason:
    """Return why a file could not be read, from the place where reading had to stop."""
    try:
        text = source.data.decode()
    except UnicodeDecodeError:
        return "character"
    lines = NEWLINE.split(text)
    line = lines[min(error.line or 1, len(lines)) - 1]
    if FORBIDDEN.search(text) or INDENTED_BY_TAB.match(line):
        return "character"
    alias = ALIAS.match(line, (error.column or 1) - 1)
    return "alias" if alias is not None and _is_of_another_document(lines, error, alias.group(1)) else "syntax"


def _is_of_another_document(lines: list[str], error: YamlError, name: str) -> bool:
    """Tell whether the anchor of an alias is above it, with the start of a document between them."""
    above = "\n".join(lines[: (error.line or 1) - 1])
    anchors = list(re.finditer(rf"&{re.escape(name)}(?![^\s,\[\]{{}}])", above))
    return bool(anchors) and DOCUMENT.search(above, anchors[-1].end()) is not None
