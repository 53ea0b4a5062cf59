"""Where a node's own text begins and ends.

libyaml's marks include anchor and tag; the end mark of a block scalar or block collection runs on to the next token.
"""

import re

from infra_tool.yamldoc.nodes import Alias, Mapping, Node, Scalar

BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
"""What libyaml ends a line at; editors know the first three only."""

ENDS = r"\r\n\x85\u2028\u2029"
PROPERTY = re.compile(rf"!<[^>]*>|[&!][^ \t{ENDS},\[\]{{}}]*")
BETWEEN = re.compile(rf"(?:[ \t{ENDS}\ufeff]+|(?<=[ \t{ENDS}])#[^{ENDS}]*)*")
"""Blanks and comments; what else Unicode calls white space is text to YAML."""

BLOCK_STYLES = ("|", ">")


def start(text: str, node: Node) -> int:
    """Return the offset at which the node's own text starts, behind its anchor and tag."""
    if isinstance(node, Alias) or (node.anchor is None and node.tag is None):
        return node.start
    offset = last = node.start
    while match := PROPERTY.match(text, offset, node.end):
        last = match.end()
        blank = BETWEEN.match(text, last, node.end)
        offset = blank.end() if blank else last
    return last if offset >= node.end else offset


def end(text: str, node: Node) -> int:
    """Return the offset behind the node's last character; a block scalar's is behind its last line's end."""
    inner: Node = node
    while not isinstance(inner, (Scalar, Alias)) and not inner.flow and inner.items:
        inner = inner.items[-1][1] if isinstance(inner, Mapping) else inner.items[-1]
    if isinstance(inner, Scalar) and inner.style in BLOCK_STYLES:
        return _block_end(text, inner)
    return inner.end


def _block_end(text: str, scalar: Scalar) -> int:
    """Leave out the empty lines behind a block scalar that its chomping does not keep."""
    lines = _lines(text, scalar)
    if not lines or "+" in text[start(text, scalar) : lines[0][0]].partition("#")[0]:
        return lines[-1][1] if lines else scalar.end
    indent = _indent(text, scalar, lines)
    last = lines[0][0]
    for first, after in lines:
        line = text[first:after].rstrip("\r\n\x85\u2028\u2029")
        if line.strip(" ") or len(line) > indent:
            last = after
    return last


def _lines(text: str, scalar: Scalar) -> list[tuple[int, int]]:
    """Return where each line below the header starts and ends; what stands before the next token is no line."""
    header = BREAK.search(text, scalar.start, scalar.end)
    if header is None:
        return []
    found = []
    first = header.end()
    while first < scalar.end:
        match = BREAK.search(text, first, scalar.end)
        after = match.end() if match else scalar.end
        found.append((first, after))
        first = after
    return found or [(header.end(), header.end())]


def _indent(text: str, scalar: Scalar, lines: list[tuple[int, int]]) -> int:
    """Return how far the content is indented: the first line that is not blank tells, against its value."""
    wanted = next((line for line in BREAK.split(scalar.value) if line.strip(" ")), None)
    for first, after in lines:
        line = text[first:after].rstrip("\r\n\x85\u2028\u2029")
        if line.strip(" ") and wanted is not None:
            return leading(line) - leading(wanted)
    return max(len(text[first:after].rstrip("\r\n")) for first, after in lines)


def leading(line: str) -> int:
    """Return by how many blanks a line is indented."""
    return len(line) - len(line.lstrip(" "))
