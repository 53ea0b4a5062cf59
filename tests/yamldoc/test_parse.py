"""What is read, and how what cannot be read is refused."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infra_tool import yamldoc
from infra_tool.yamldoc import Alias, Mapping, Sequence, YamlError, YamlFile

INDICATORS = st.text("-?:,[]{}#&*!|>'\"%@` \t\r\nab0<\\.é\u2028\x85\ufeff\U0001f600", max_size=40)


def refusal(data: bytes) -> str:
    with pytest.raises(YamlError) as caught:
        yamldoc.parse(data, "x.yaml")
    return f"{caught.value.line}:{caught.value.column}: {caught.value.message}"


def read(data: bytes) -> YamlFile | YamlError:
    try:
        return yamldoc.parse(data, "x.yaml")
    except YamlError as error:
        return error


@settings(max_examples=500, deadline=None)
@given(data=st.binary(max_size=60) | INDICATORS.map(str.encode) | st.text(max_size=40).map(lambda text: text.encode()))
@example(b"\xff")
@example(b"\xef\xbb\xbf\xef\xbb")
@example(b"- *a\n- &a b")
@example(b"&a [*a]")
@example(b"[" * 5000)
@example(b"%TAG ! x\n---")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    file = read(data)
    if isinstance(file, YamlError):
        assert (file.path, file.exit_code) == ("x.yaml", 3)
        assert 1 <= (file.line or 0) <= len(data) + 1
        assert file.column >= 1
        return
    for document in file.documents:
        if document.root is not None:
            start, end = file.span(document.root)
            assert 0 <= start <= end <= len(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a: 1\nb: \xffc\n", "2:4: byte 0xff is not UTF-8"),
        (b"\xef\xbb\xbfa: \xff\n", "1:4: byte 0xff is not UTF-8"),
        ("é: 1\n😀: \x07\n".encode(), "2:4: character U+0007 is not allowed in YAML"),
        ("é: [1\nb: 2\n".encode(), "1:4: did not find expected ',' or ']' (while parsing a flow sequence)"),
        (b"a: [1,\n2\nb: 2\n", "3:2: did not find expected ',' or ']' (while parsing a flow sequence)"),
        (b"a: 'b\nc: d\n", "1:4: found unexpected end of stream (while scanning a quoted scalar)"),
        (b"a: b\nc\nd: e\n", "2:1: could not find expected ':' (while scanning a simple key)"),
        (b"a: b: c\n", "1:5: mapping values are not allowed in this context"),
        (b"a:\n\tb: 2\n", "2:1: found character that cannot start any token (while scanning for the next token)"),
        (b"- 1\n- *x\n", "2:3: alias *x is not defined before it"),
        (b"- &x [1, *x]\n", "1:10: alias *x is inside of itself"),
        (b"- &x a\n---\n- *x\n", "3:3: alias *x is not defined before it"),
        (b'a: "\\ud800"', "1:7: found invalid Unicode character escape code (while parsing a quoted scalar)"),
    ],
)
def test_a_refusal_names_place_and_reason(data: bytes, expected: str) -> None:
    assert refusal(data) == expected


@pytest.mark.parametrize("depth", [101, 500, 999, 5000])
@pytest.mark.parametrize("kind", ["flow", "block", "chain"])
def test_nesting_beyond_reason_is_refused(depth: int, kind: str) -> None:
    data = {
        "flow": "[" * depth + "]" * depth,
        "block": "\n".join(f"{' ' * level}a:" for level in range(depth)) + " 1",
        "chain": "- &a0 [x]\n" + "".join(f"- &a{level + 1} [*a{level}]\n" for level in range(depth)),
    }[kind]
    reason = refusal(data.encode())
    assert "nested more than 100 levels deep" in reason or "maximum nesting depth" in reason or "a million" in reason


def test_reasonable_nesting_is_read_and_resolved() -> None:
    file = yamldoc.parse(b"[" * 100 + b"]" * 100)
    assert yamldoc.resolve(file.documents[0].root, "manifest")


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]" for n in range(8)]
    assert refusal("\n".join(("# here", *lines)).encode()) == "2:1: aliases expand to more than a million nodes"
    assert yamldoc.parse("\n".join(lines[:5]).encode())


def test_documents() -> None:
    file = yamldoc.parse(b"# only a comment\n---\na: 1\n---\n# nothing\n---\n- 2\n...\n")
    assert [type(document.root) for document in file.documents] == [Mapping, type(None), Sequence]
    assert not yamldoc.parse(b"").documents
    assert not yamldoc.parse(b"# c\n").documents


def test_an_anchor_given_twice_means_the_last_one_before_the_alias() -> None:
    file = yamldoc.parse(b"[&x 1, *x, &x 2, *x]")
    assert yamldoc.resolve(file.documents[0].root, "manifest") == [1, 1, 2, 2]
    root = file.documents[0].root
    assert isinstance(root, Sequence)
    assert [isinstance(item, Alias) for item in root.items] == [False, True, False, True]


def test_finding_the_way_in_a_document() -> None:
    root = yamldoc.parse(b"a: &x {b: [1, &y two]}\nc: *x\na: {b: last}\n? [k]\n: 1\n").documents[0].root
    assert yamldoc.text(root, "c", "b", 1) == yamldoc.text(root, "c", "b", -1) == "two"
    assert yamldoc.text(root, "a", "b") == "last"
    for path in (("c", "b", 2), ("c", "b", -3), ("c", 0), ("c", "b"), ("x",), ("c", "b", "1"), ("a", "b", "x")):
        assert yamldoc.text(root, *path) is None
    assert yamldoc.lookup(None, "a") is None
    assert isinstance(root, Mapping)
    assert [key.value for key, _ in root.pairs()] == ["a", "c", "a"]
    assert root.key("none") is None
