"""The plain content of an opened file, in its own layout."""

from collections.abc import Iterator

from infra_tool import splice, yamldoc
from infra_tool.sops import cipher, comments, layout
from infra_tool.sops.opened import Opened, Value, sealed
from infra_tool.sops.values import Plain
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc import YamlFile


def render(opened: Opened) -> bytes:
    """Return the file with plain values and without its metadata. For memory and pipes only."""
    file = opened.file
    splices = [_value(file, value) for value in sealed(opened)]
    splices += [*_comments(opened), *layout.removed(file)]
    return splice.apply(file.data, splices)


def source(plain: Plain, *, flow: bool) -> str:
    """Return a plain value as YAML text of the same type."""
    text = plain.data.decode()
    if plain.kind in ("str", "comment"):
        return yamldoc.quoted(text, flow=flow)
    return text.lower() if plain.kind == "bool" else text


def _value(file: YamlFile, value: Value) -> Splice:
    assert value.plain is not None  # noqa: S101 -- what was ciphertext has a plain value
    return Splice(file.span(value.leaf.node), source(value.plain, flow=value.leaf.flow).encode())


def _comments(opened: Opened) -> Iterator[Splice]:
    """Decrypt comments; one that does not open stays, as with sops: it may stem from another file."""
    for comment in comments.comments(opened.file, opened.metadata.selector):
        plain = open_comment(opened.key, comment)
        if plain is not None:
            span = Span(opened.file.byte(comment.start), opened.file.byte(comment.end))
            yield Splice(span, f"#{plain}".encode())


def open_comment(key: bytes, comment: comments.Comment) -> str | None:
    """Return the plain text of an encrypted comment, trying its path and each path around it."""
    try:
        token = cipher.parse(comment.text)
    except ValueError:
        return None
    for length in range(len(comment.path), -1, -1):
        try:
            return cipher.unseal(key, token, cipher.associated(comment.path[:length])).decode()
        except ValueError:
            continue
    return None
