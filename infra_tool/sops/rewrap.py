"""Let one more recipient open a file: its data key wrapped once more, nothing else in the file changes."""

import re
from collections.abc import Iterator

from infra_tool import splice, yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.sops import metadata
from infra_tool.sops.entropy import Entropy
from infra_tool.sops.opened import Opened, open_with
from infra_tool.sops.walk import METADATA
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc import Mapping, Scalar, Sequence, YamlFile, lookup

UNUSUAL = "the list of recipients in the sops block is written in an unusual way"
REST_OF_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")


def add_recipient(before: Opened, recipient: str, entropy: Entropy) -> bytes:
    """Return an opened file that `recipient` can open too; data key, values and MAC stay as they are.

    The new entry looks as the last one does. Raises InfraToolError for a block in which it has no clear place.
    """
    file = before.file
    if any(wrapped.recipient.text == recipient for wrapped in before.metadata.age):
        return file.data
    block = entropy.wrap(before.key, recipient)
    data = splice.apply(file.data, _entries(file, recipient, block))
    again = yamldoc.parse(data, file.path)
    found = metadata.require(again)
    if [wrapped.block for wrapped in found.age] != [*(wrapped.block for wrapped in before.metadata.age), block]:
        raise _unusual(file)
    open_with(again, found, before.key)
    return data


def _entries(file: YamlFile, recipient: str, block: str) -> Iterator[Splice]:
    for document in file.documents:
        if document.root is None:
            continue
        listed = lookup(document.root, METADATA, "age")
        last = listed.items[-1] if isinstance(listed, Sequence) and listed.items and not listed.flow else None
        if not isinstance(last, Mapping) or last.flow:
            raise _unusual(file)
        yield _entry(file, last, recipient, block)


def _entry(file: YamlFile, last: Mapping, recipient: str, block: str) -> Splice:
    """Repeat the lines of an entry below it, with another recipient and block."""
    name, enc = last.get("recipient"), last.get("enc")
    if not isinstance(name, Scalar) or not isinstance(enc, Scalar) or enc.style != "|" or len(last.items) != 2:  # noqa: PLR2004 -- the two of them
        raise _unusual(file)
    text, value = file.text, last.items[-1][1]
    start, end = text.rfind("\n", 0, last.start) + 1, file.bounds(value)[1]
    if text[end - 1] not in "\r\n" and (rest := REST_OF_LINE.match(text, end)):
        end = rest.end()
    ending = "\r\n" if "\r\n" in text else "\n"
    new = {file.bounds(name): recipient, file.bounds(enc): _indented(file, enc, block, ending)}
    pieces, here = [], start
    for first, stop in sorted(new):
        pieces += [text[here:first], new[first, stop]]
        here = stop
    unended = "" if text[end - 1] in "\r\n" else ending
    return Splice(Span(file.byte(end), file.byte(end)), "".join([unended, *pieces, text[here:end]]).encode())


def _indented(file: YamlFile, enc: Scalar, block: str, ending: str) -> str:
    """Return a block scalar with new lines, at the indentation of the old ones."""
    start, stop = file.bounds(enc)
    header, first, *_ = file.text[start:stop].splitlines()
    indent = first[: len(first) - len(first.lstrip(" "))]
    return ending.join([header, *(indent + line for line in block.splitlines()), ""])


def _unusual(file: YamlFile) -> InfraToolError:
    found = metadata.require(file)
    hint = f"infra-tool secret rotate {file.path}"
    return InfraToolError(UNUSUAL, path=file.path, line=file.line(found.node), hint=hint)
