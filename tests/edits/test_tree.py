"""Trees: what they hold, what may be read."""

import pytest

from infra_tool.edits import (
    MAX_SIZE,
    SUBMODULE,
    SYMLINK,
    Edits,
    Entry,
    Listing,
    MemoryTree,
    Overlay,
    children,
    is_directory,
    leaves_repo,
    obstacle,
    readable,
)
from infra_tool.errors import InfraToolError
from infra_tool.splice import Span, Splice

TREE = MemoryTree({"b": b"1", "a/y/z": b"2", "a/x": b"3", "a.txt": b"4", "ab/c": b"5"})


def test_entries_are_sorted_by_path() -> None:
    assert list(TREE.entries) == ["a.txt", "a/x", "a/y/z", "ab/c", "b"]


@pytest.mark.parametrize(
    ("directory", "names"),
    [("", ["a", "a.txt", "ab", "b"]), ("a", ["x", "y"]), ("a/y", ["z"]), ("a/x", []), ("none", []), ("a/y/z", [])],
)
def test_children_are_the_names_directly_below(directory: str, names: list[str]) -> None:
    assert children(TREE, directory) == names


@pytest.mark.parametrize(
    ("path", "expected"), [("", True), ("a", True), ("a/y", True), ("a/x", False), ("no", False), ("a/y/z/q", False)]
)
def test_a_directory_holds_some_file(path: str, *, expected: bool) -> None:
    assert is_directory(TREE, path) is expected


def test_an_overlay_shows_the_tree_as_it_would_be() -> None:
    edits = Edits().write("a/y/new", b"n").delete("b").splice(TREE, "a/x", [Splice(Span(0, 0), b"#")])
    overlay = Overlay(TREE, edits)
    assert list(overlay.entries) == ["a.txt", "a/x", "a/y/new", "a/y/z", "ab/c"]
    assert overlay.read_many(["a/x", "a/y/new", "a.txt"]) == {"a/x": b"#3", "a/y/new": b"n", "a.txt": b"4"}
    assert children(overlay, "a/y") == ["new", "z"]
    with pytest.raises(InfraToolError, match="b: no such file"):
        overlay.read("b")


def test_splices_compose_through_earlier_edits() -> None:
    edits = Edits().splice(TREE, "b", [Splice(Span(0, 1), b"one")])
    again = edits.splice(TREE, "b", [Splice(Span(3, 3), b" two")])
    assert Overlay(TREE, again).read("b") == b"one two"
    with pytest.raises(InfraToolError, match="no such file"):
        edits.delete("b").splice(TREE, "b", [])


def test_edits_that_change_nothing_are_dropped() -> None:
    edits = Edits().write("b", b"1").delete("none").write("a/x", b"changed")
    assert list(edits.effective(TREE)) == ["a/x"]
    assert not Edits().write("b", b"1").effective(TREE)
    assert Edits().write("b", b"1", "100755").effective(TREE)


@pytest.mark.parametrize(
    ("path", "target", "leaves"),
    [
        ("a/link", "../b", False),
        ("a/link", "../../b", True),
        ("link", "/etc/passwd", True),
        ("link", "..", True),
        ("a/link", "../a/../../x", True),
        ("a/link", "./x", False),
        ("a/link", "..hidden", False),
    ],
)
def test_symlinks_that_leave_the_repo(path: str, target: str, *, leaves: bool) -> None:
    assert leaves_repo(path, target) is leaves


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (Entry("a", "100644", size=MAX_SIZE), None),
        (Entry("a", "100644", size=MAX_SIZE + 1), "is larger than 5 MiB"),
        (Entry("a", SUBMODULE), "is a submodule"),
        (Entry("a\udcff", "100644"), "its name is not UTF-8"),
        (Entry("ä\n", "100644"), None),
    ],
)
def test_what_stands_in_the_way_of_reading(entry: Entry, reason: str | None) -> None:
    assert obstacle(entry) == reason


class Broken(MemoryTree):
    """Two files cannot be read, and there is a symlink out of the repo."""

    def __init__(self) -> None:
        super().__init__({"ok": b"ok", "bad": b"", "worse": b"", "link": b"/etc/passwd", "in": b"ok"})
        links = (Entry(path, SYMLINK) for path in ("link", "in"))
        self.entries = Listing.of([*self.entries.values(), *links])

    def read(self, path: str) -> bytes:
        if path in {"bad", "worse"}:
            raise InfraToolError("cannot be read: because", path=path)
        return super().read(path)


def test_what_cannot_be_read_is_named_and_the_rest_is_read() -> None:
    contents, reasons = readable(Broken(), ["ok", "bad", "worse", "link", "in"])
    assert contents == {"ok": b"ok", "in": b"ok"}
    assert reasons == {
        "bad": "cannot be read: because",
        "worse": "cannot be read: because",
        "link": "is a symlink that leaves the repo",
    }
