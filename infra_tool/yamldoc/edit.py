"""Replace a scalar in place."""

import re

from infra_tool.splice import Span, Splice
from infra_tool.yamldoc.ancestry import in_flow, is_shared, refuse
from infra_tool.yamldoc.extent import BLOCK_STYLES
from infra_tool.yamldoc.file import YamlFile
from infra_tool.yamldoc.nodes import Scalar
from infra_tool.yamldoc.quote import is_plain, quoted
from infra_tool.yamldoc.resolve import TAG

QUOTES = ("'", '"')
PLAIN_WORD = re.compile(r"-?[A-Za-z0-9.]+")
STRING_TAGS = (f"{TAG}str", "!")


def replace_scalar(file: YamlFile, scalar: Scalar, text: str) -> Splice:
    """Return the splice that gives a scalar another text, which stays a string; its quotes stay where they can.

    Raises EditError for a block scalar, a scalar with a tag other than !!str, and one that an alias repeats.
    """
    if scalar.style in BLOCK_STYLES:
        raise refuse(file, scalar, "a block scalar is not edited", "write the value on one line, in quotes")
    if scalar.tag is not None and scalar.tag not in STRING_TAGS:
        raise refuse(file, scalar, "a scalar with a tag is not edited", "remove the tag")
    if is_shared(file, scalar):
        raise refuse(
            file, scalar, "the value has an anchor that is used elsewhere", "write the value out at each place"
        )
    return splice(file, file.bounds(scalar), padded(file, scalar, _source(file, scalar, text)))


def unquote_scalar(file: YamlFile, scalar: Scalar) -> Splice:
    """Return the splice that writes the text of a quoted scalar plain, whatever that then is to a reader.

    Raises EditError for what is not in quotes, has a tag, is repeated by an alias, or would not be one scalar any more.
    """
    if scalar.style not in QUOTES or scalar.tag is not None:
        raise refuse(file, scalar, "not in quotes, or with a tag")
    if is_shared(file, scalar):
        raise refuse(file, scalar, "the value has an anchor that is used elsewhere")
    if not PLAIN_WORD.fullmatch(scalar.value):
        raise refuse(file, scalar, "the text needs its quotes")
    return splice(file, file.bounds(scalar), scalar.value)


def _source(file: YamlFile, scalar: Scalar, text: str) -> str:
    """Return how the text is written; a colon that the readers of a flow collection take without quotes stays so."""
    flow = in_flow(file, scalar)
    has_colon = scalar.style is None and ":" in scalar.value
    if flow and has_colon and is_plain(text) and is_plain(text.replace(":", ""), flow=True):
        return text
    return quoted(text, scalar.style, flow=flow)


def padded(file: YamlFile, scalar: Scalar, source: str) -> str:
    """Put a blank before what replaces an empty scalar, which stands directly behind its colon or dash."""
    start, end = file.bounds(scalar)
    return f" {source}" if start == end and file.text[start - 1 : start].strip() else source


def splice(file: YamlFile, place: tuple[int, int], text: str) -> Splice:
    """Return a splice of code point offsets as one of bytes."""
    return Splice(Span(file.byte(place[0]), file.byte(place[1])), text.encode())
