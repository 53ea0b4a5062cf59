"""Edits as a diff: git takes it and makes the same files."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra_tool import proc
from infra_tool.edits import EXECUTABLE, Edits, MemoryTree, diff

TREE = MemoryTree({"a b/ü": b"one\ntwo\r\nthree", "gone": b"x\n", "bin": b"\0", "same": b"s", "run": b"r"})


def test_it_reads_like_the_diff_of_git() -> None:
    edits = (
        Edits()
        .write("new", b"n\n")
        .write("a b/ü", b"one\n2\r\nthree\n")
        .delete("gone")
        .write("bin", b"\0\0")
        .write("same", b"s")
        .write("run", b"r", EXECUTABLE)
    )
    assert diff(TREE, edits) == (
        "diff --git a/new b/new\nnew file mode 100644\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+n\n"
        "diff --git a/a b/ü b/a b/ü\n--- a/a b/ü\t\n+++ b/a b/ü\t\n@@ -1,3 +1,3 @@\n one\n-two\r\n-three\n"
        "\\ No newline at end of file\n+2\r\n+three\n"
        "diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
        "diff --git a/bin b/bin\nBinary files a/bin and b/bin differ\n"
        "diff --git a/run b/run\nold mode 100644\nnew mode 100755\n"
    )


def test_nothing_to_do_is_no_diff() -> None:
    assert diff(TREE, Edits().write("same", b"s").delete("none")) == ""


LINES = st.lists(st.sampled_from(["", "a", "b: 1", " é", "\r", "\u2028", "- x"]), max_size=8).map("\n".join)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=LINES, new=LINES, name=st.sampled_from(["a", "sp ace", "ü", 'quo"te', "back\\slash", "d/tab\there"]))
def test_git_applies_it(tmp_path: Path, old: str, new: str, name: str) -> None:
    place = tmp_path / "place"
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(old.encode())
    text = diff(MemoryTree({name: old.encode()}), Edits().write(name, new.encode()))
    if text:
        proc.run(("git", "apply", "--whitespace=nowarn", "-"), cwd=place, stdin=text.encode())
    assert path.read_bytes() == new.encode()
    path.unlink()


@pytest.mark.parametrize(("old", "new"), [(None, b"x"), (b"x", None)])
def test_git_makes_and_removes_files_from_it(tmp_path: Path, old: bytes | None, new: bytes | None) -> None:
    if old is not None:
        (tmp_path / "f").write_bytes(old)
    tree = MemoryTree({} if old is None else {"f": old})
    text = diff(tree, Edits().delete("f") if new is None else Edits().write("f", new))
    proc.run(("git", "apply", "-"), cwd=tmp_path, stdin=text.encode())
    assert (tmp_path / "f").exists() is (new is not None)
