"""Edits that would touch more than asked for are refused by name, with the line and never with a value."""

from collections.abc import Callable

import pytest

from infra_tool import splice, yamldoc
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc import EditError, Mapping, Scalar, Sequence, YamlFile, apply_checked

Edit = Callable[[YamlFile, Mapping], Splice]


def scalar(root: Mapping, *path: str | int) -> Scalar:
    node = yamldoc.lookup(root, *path)
    assert isinstance(node, Scalar)
    return node


def mapping(root: Mapping, *path: str | int) -> Mapping:
    node = yamldoc.lookup(root, *path)
    assert isinstance(node, Mapping)
    return node


def sequence(root: Mapping, *path: str | int) -> Sequence:
    node = yamldoc.lookup(root, *path)
    assert isinstance(node, Sequence)
    return node


BLOCK = "a block scalar is not edited"
TAG = "a scalar with a tag is not edited"
USED = "the value has an anchor that is used elsewhere"
QUOTED = "not in quotes, or with a tag"
NEEDED = "the text needs its quotes"
REPLACED = "the old value has an anchor that is used elsewhere"
REMOVED = "what would be removed has an anchor that is used elsewhere"
REMOVED_FROM = "what it is removed from has an anchor that is used elsewhere"
FILLED = "the mapping has an anchor that is used elsewhere"
LIST = "the list has an anchor that is used elsewhere"
LINES = "a value of several lines cannot be put inside of {} or []"


@pytest.mark.parametrize(
    ("text", "edit", "line", "reason"),
    [
        ("x: 1\na: |\n  v1\n", lambda f, r: yamldoc.replace_scalar(f, scalar(r, "a"), "v"), 2, BLOCK),
        ("a: >-\n  v1\n", lambda f, r: yamldoc.replace_scalar(f, scalar(r, "a"), "v"), 1, BLOCK),
        ("a: !!int 1\n", lambda f, r: yamldoc.replace_scalar(f, scalar(r, "a"), "v"), 1, TAG),
        ("x: 1\na: 1\n", lambda f, r: yamldoc.unquote_scalar(f, scalar(r, "a")), 2, QUOTED),
        ("a: !!str '1'\n", lambda f, r: yamldoc.unquote_scalar(f, scalar(r, "a")), 1, QUOTED),
        ("a: '1 # b'\n", lambda f, r: yamldoc.unquote_scalar(f, scalar(r, "a")), 1, NEEDED),
        ("a: ''\n", lambda f, r: yamldoc.unquote_scalar(f, scalar(r, "a")), 1, NEEDED),
        ("a: &x '1'\nb: *x\n", lambda f, r: yamldoc.unquote_scalar(f, scalar(r, "a")), 1, USED),
        ("a: &x v1\nb: *x\n", lambda f, r: yamldoc.replace_scalar(f, scalar(r, "a"), "v"), 1, USED),
        ("a: &x v1\nb: *x\n", lambda f, r: yamldoc.replace_scalar(f, scalar(r, "b"), "v"), 1, USED),
        ("a: &x\n  - {b: v1}\nc: *x\n", lambda f, r: yamldoc.replace_scalar(f, scalar(r, "a", 0, "b"), "v"), 2, USED),
        ("a: &x\n  b: 1\nc:\n  <<: *x\n", lambda f, r: yamldoc.replace_scalar(f, scalar(r, "a", "b"), "v"), 2, USED),
        ("a: &x {}\nb: *x\n", lambda f, r: yamldoc.set_key(f, mapping(r, "a"), "k", "v"), 1, FILLED),
        ("c:\n a: &x {b: {}}\n d: *x", lambda f, r: yamldoc.set_key(f, mapping(r, "c", "a", "b"), "k", "v"), 2, FILLED),
        ("c: 1\na: &x [1]\nb: *x\n", lambda f, r: yamldoc.set_key(f, r, "a", "v"), 2, REPLACED),
        ("a: {b: &x 1}\nc: *x\n", lambda f, r: yamldoc.set_key(f, r, "a", "v"), 1, REPLACED),
        ("a: {b: 1}\n", lambda f, r: yamldoc.set_key(f, mapping(r, "a"), "k", "- x\n"), 1, LINES),
        ("a: {b: 1}\n", lambda f, r: yamldoc.set_key(f, mapping(r, "a"), "b", "|\n  x\n"), 1, LINES),
        ("a: [{}]\n", lambda f, r: yamldoc.set_key(f, mapping(r, "a", 0), "k", "p: q"), 1, LINES),
        ("a: &x {}\n", lambda f, r: yamldoc.set_key(f, mapping(r, "a"), "k", "- x\n- y\n"), 1, LINES),
        ("b: 1\n? a\n: 2\n", lambda f, r: yamldoc.set_key(f, r, "c", "3"), 2, "the key is written with `?`"),
        ("? [a]\n: 2\n", lambda f, r: yamldoc.set_key(f, r, "c", "3"), 1, "the key is written with `?`"),
        (
            "a: {\n # c\n}\n", lambda f, r: yamldoc.set_key(f, mapping(r, "a"), "k", "v"), 1,
            "an empty list or mapping with a comment inside is not filled",
        ),
        ("b: &x [1]\na: *x\n", lambda f, r: yamldoc.insert_item(f, r, "a", "v", keep_sorted=True), 2, LIST),
        ("a: &x [1]\nb: *x\n", lambda f, r: yamldoc.insert_item(f, r, "a", "v", keep_sorted=True), 1, LIST),
        ("b: 1\na: v1\n", lambda f, r: yamldoc.insert_item(f, r, "a", "v", keep_sorted=True), 2, "a is no list"),
        ("a: {}\n", lambda f, r: yamldoc.insert_item(f, r, "a", "v", keep_sorted=True), 1, "a is no list"),
        ("a: &x\nb: *x\n", lambda f, r: yamldoc.insert_item(f, r, "a", "v", keep_sorted=True), 1, LIST),
        ("a: &x\n", lambda f, r: yamldoc.insert_item(f, r, "a", "v", keep_sorted=True), 1, "a is no list"),
        ("a: &x 1\nb: *x\n", lambda f, r: yamldoc.remove_key(f, r, "a"), 1, REMOVED),
        ("a: [&x 1, 2]\nb: *x\n", lambda f, r: yamldoc.remove_item(f, sequence(r, "a"), 0), 1, REMOVED),
        ("a: &x [1, 2]\nb: *x\n", lambda f, r: yamldoc.remove_item(f, sequence(r, "a"), 0), 1, REMOVED_FROM),
        ("a: 1\n", lambda f, r: yamldoc.remove_key(f, r, "b"), 1, "there is no b"),
        ("a: 1\na: 2\n", lambda f, r: yamldoc.remove_key(f, r, "a"), 1, "a is there 2 times"),
    ],
)  # fmt: skip
def test_refused(text: str, edit: Edit, line: int, reason: str) -> None:
    file = yamldoc.parse(text.encode(), "x.yaml")
    root = file.documents[0].root
    assert isinstance(root, Mapping)
    with pytest.raises(EditError) as caught:
        edit(file, root)
    assert str(caught.value) == f"x.yaml:{line}: {reason}"
    assert caught.value.exit_code == 3


def test_an_anchor_that_nothing_uses_is_no_obstacle() -> None:
    file = yamldoc.parse(b"a: &x v1\nb: &x v1\nc: *x\n")
    root = file.documents[0].root
    assert isinstance(root, Mapping)
    assert yamldoc.replace_scalar(file, scalar(root, "a"), "v2") == Splice(Span(6, 8), b"v2")


@pytest.mark.parametrize("source", ["'-12'", '"true"', "&y '1.5'"])
def test_quotes_are_taken_away(source: str) -> None:
    file = yamldoc.parse(f"a: [{source}] # b\n".encode())
    root = file.documents[0].root
    assert isinstance(root, Mapping)
    data = splice.apply(file.data, [yamldoc.unquote_scalar(file, scalar(root, "a", 0))])
    assert data.decode() == f"a: [{source}] # b\n".replace("'", "").replace('"', "")


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "{a: 1, b: {'c': 1, c: 2}}"])
def test_a_file_with_a_key_given_twice_is_not_edited(text: str) -> None:
    with pytest.raises(EditError, match="a key is given twice in one mapping"):
        apply_checked(yamldoc.parse(text.encode()), [], lambda data: data)


def test_a_file_without_clear_meaning_is_not_edited() -> None:
    with pytest.raises(EditError, match=r"x\.yaml:2: the merge key << needs a mapping"):
        apply_checked(yamldoc.parse(b"a: 1\n<<: 1\n", "x.yaml"), [], lambda data: data)


SECRET = b"a: hunter2\nb: 1\n"


@pytest.mark.parametrize(
    ("splice", "reason"),
    [
        (Splice(Span(11, 11), b"["), "the edit would break the file"),
        (Splice(Span(14, 15), b"2"), "the edit would change something else than what was asked for"),
        (Splice(Span(14, 15), b"1.0"), "the edit would change something else than what was asked for"),
        (Splice(Span(14, 15), b"true"), "the edit would change something else than what was asked for"),
        (Splice(Span(16, 16), b"---\nc: 1\n"), "the edit would change something else than what was asked for"),
        (
            Splice(Span(14, 15), b"1 \t# c"),
            "a second YAML reader does not agree with the edit: it does not read the file",
        ),
    ],
)
def test_an_edit_that_does_something_else_is_not_kept(splice: Splice, reason: str) -> None:
    file = yamldoc.parse(SECRET, "x.yaml")
    with pytest.raises(EditError) as caught:
        apply_checked(file, [splice], lambda data: data)
    assert caught.value.message == reason
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert "please report" in (caught.value.hint or "")


def test_the_second_reader_is_not_asked_where_it_did_not_read_the_file_before() -> None:
    edit = Splice(Span(3, 4), b"2")
    assert apply_checked(yamldoc.parse(b"a: 1 \t# c\n"), [edit], lambda _: [{"a": 2}]) == b"a: 2 \t# c\n"
    bad = Splice(Span(4, 4), b" \t# c")
    assert apply_checked(yamldoc.parse(b"a: 1\n"), [bad], lambda data: data, second_reader=False) == b"a: 1 \t# c\n"


def test_the_data_handed_out_is_a_copy() -> None:
    file = yamldoc.parse(b"a: [1]\n")
    assert apply_checked(file, [Splice(Span(4, 5), b"")], lambda data: data[0]["a"].clear() or data) == b"a: []\n"  # type: ignore[index, call-overload, union-attr, func-returns-value]
    assert yamldoc.resolve(file.documents[0].root, "manifest") == {"a": [1]}


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (["b", "d"], "c", ["b", "c", "d"]),
        (["b", "d"], "a", ["a", "b", "d"]),
        (["b", "d"], "e", ["b", "d", "e"]),
        (["b", "b"], "b", ["b", "b", "b"]),
        (["z-first", "b", "d"], "c", ["z-first", "b", "c", "d"]),
        (["z-first", "b", "d"], "a", ["z-first", "a", "b", "d"]),
        (["d", "c", "b"], "a", ["d", "c", "b", "a"]),
        (["b", ["x"], "d"], "c", ["b", ["x"], "d", "c"]),
        ([["x"], "b", "d"], "c", [["x"], "b", "c", "d"]),
        (["x"], "a", ["a", "x"]),
        ([], "a", ["a"]),
        (["Z", "a"], "b", ["Z", "a", "b"]),
    ],
)
@pytest.mark.parametrize("flow", [False, True])
def test_a_sorted_list_stays_sorted(before: list[str], text: str, after: list[str], *, flow: bool) -> None:
    file = yamldoc.parse((f"a: {before}" if flow else yamldoc.dump({"a": before})).encode())
    root = file.documents[0].root
    assert isinstance(root, Mapping)
    edit = yamldoc.insert_item(file, root, "a", text, keep_sorted=True)
    apply_checked(file, [edit], lambda _: [{"a": list(after)}])
