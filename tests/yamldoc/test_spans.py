"""Where things are: offsets in code points, lines and columns as editors count, spans in bytes."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra_tool import yamldoc
from infra_tool.yamldoc import Mapping, Node, Position, Scalar, Sequence, YamlFile

if TYPE_CHECKING:
    from conftest import Page


def scalars(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.items:
            yield from scalars(key)
            yield from scalars(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_the_span_of_a_scalar_is_its_source(pages: "st.SearchStrategy[Page]", data: st.DataObject) -> None:
    page = data.draw(pages)
    file = yamldoc.parse(bytes(page))
    found = [scalar for document in file.documents for scalar in scalars(document.root)]
    assert [file.data[slice(*file.span(scalar))].decode() for scalar in found] == [source for _, source in page.scalars]
    for scalar, (offset, source) in zip(found, page.scalars, strict=True):
        assert not source or file.bounds(scalar)[0] == offset
        lines = re.split(r"\r\n|\r|\n", page.text[: scalar.start])
        assert file.position(scalar.start) == (len(lines), len(lines[-1]) + 1)


def only(file: YamlFile) -> Scalar:
    """Return the last scalar of a file."""
    return [scalar for document in file.documents for scalar in scalars(document.root)][-1]


@pytest.mark.parametrize(
    ("text", "source", "place"),
    [
        ("a: b", "b", (1, 4)),
        ("\ufeffa: b", "b", (1, 4)),
        ("\ufeff\ufeffa: b", "b", (1, 5)),
        ("é😀: b", "b", (1, 5)),
        ("a: 1\r\nb: '2'\r\n", "'2'", (2, 4)),
        ("a: 1\rb: 2", "2", (2, 4)),
        ("a: 1\u2028b: 2", "2", (1, 9)),
        ("a: 1\u0085b: 2", "2", (1, 9)),
        ("\u2028a: 'x\u2029y' # z", "'x\u2029y'", (1, 5)),
        ("a:\t\tb\t# c", "b", (1, 5)),
        ("a: &x !!str  b", "b", (1, 4)),
        ("a: !!str &x # c\n  # c\n  b", "b", (1, 4)),
        ("a: &x \u00a0b", "\u00a0b", (1, 4)),
        ("a: !<tag:x,2000:[]> b", "b", (1, 4)),
        ("a: &x", "", (1, 4)),
        ("a: &x # c\nb:", "", (2, 3)),
        ("a: !!str\n", "", (1, 4)),
        ("a: ", "", (1, 3)),
        ("[a, b ,]", "b", (1, 5)),
        ('{"a":b}', "b", (1, 6)),
        ("a: b\n  c\n\n  d # e", "b\n  c\n\n  d", (1, 4)),
        ("? a\n: b", "b", (2, 3)),
        ("%YAML 1.1\n---\na: b\n...\n---\nc: d\n", "d", (6, 4)),
        ("- |\n  x\n\n\n- y: |2-\n      x\n\n  # c", "|2-\n      x\n", (5, 6)),
        ("a: |+\n  x\n\n", "|+\n  x\n\n", (1, 4)),
        ("a: >\n  x\n   \n\n", ">\n  x\n   \n", (1, 4)),
        ("a: |\n  x\n # c\nb: &y |- # c\n  x", "|- # c\n  x", (4, 4)),
        ("a: |\n", "|\n", (1, 4)),
        ("a: |", "|", (1, 4)),
    ],
)
def test_examples(text: str, source: str, place: tuple[int, int]) -> None:
    file = yamldoc.parse(text.encode(), "x.yaml")
    scalar = only(file)
    assert file.data[slice(*file.span(scalar))].decode() == source
    assert file.position(scalar.start) == Position(*place)
    assert file.line(scalar) == place[0]


def test_the_bounds_of_lists_and_mappings() -> None:
    file = yamldoc.parse("a: &x\n  # c\n  - 1 # d\n\n  - {b: 2}\n\nc:\n  é: |\n    x\n# e\n".encode())
    root = file.documents[0].root
    nodes = [yamldoc.lookup(root, path) for path in ("a", "c")]
    found = [file.data[slice(*file.span(node))].decode() for node in nodes if node]
    assert found == ["- 1 # d\n\n  - {b: 2}", "é: |\n    x\n"]


def test_a_node_shows_its_place_and_not_its_value() -> None:
    file = yamldoc.parse(b"a: &x hunter2\nb: [*x, {c: hunter2}]")
    root = file.documents[0].root
    assert isinstance(root, Mapping)
    for node in (root, *(value for _, value in root.items), *scalars(root)):
        assert re.fullmatch(r"<\w+ at \d+:\d+>", repr(node))
    assert "hunter2" not in repr(file)
