"""Three versions into one, held against git."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra_tool import proc
from infra_tool.edits import merge

BASE = b"".join(b"%d\n" % number for number in range(10))


def test_changes_that_lie_apart_are_both_kept() -> None:
    ours = BASE.replace(b"1\n", b"one\r\n")
    theirs = BASE.replace(b"7\n", b"") + b"end"
    assert merge(BASE, ours, theirs) == b"0\none\r\n2\n3\n4\n5\n6\n8\n9\nend"


def test_changes_of_one_line_meet() -> None:
    assert merge(BASE, BASE.replace(b"5\n", b"a\n"), BASE.replace(b"5\n", b"b\n")) is None


def test_changes_of_neighbouring_lines_meet() -> None:
    assert merge(BASE, BASE.replace(b"5\n", b"a\n"), BASE.replace(b"6\n", b"b\n")) is None


def test_two_insertions_at_one_place_meet() -> None:
    assert merge(b"a\n", b"a\nx\n", b"a\ny\n") is None


def test_the_same_change_on_both_sides_counts_once() -> None:
    changed = BASE.replace(b"5\n", b"a\n")
    assert merge(BASE, changed + b"local\n", changed) == changed + b"local\n"


WORDS = st.lists(st.sampled_from([b"a", b"b", b"c", b"d"]), max_size=8).map(
    lambda lines: b"".join(w + b"\n" for w in lines)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(base=WORDS, ours=WORDS, theirs=WORDS)
def test_what_merges_merges_with_git_too(tmp_path: Path, base: bytes, ours: bytes, theirs: bytes) -> None:
    merged = merge(base, ours, theirs)
    if merged is None:
        return
    files = [tmp_path / name for name in ("ours", "base", "theirs")]
    for file, data in zip(files, (ours, base, theirs), strict=True):
        file.write_bytes(data)
    done = proc.run(("git", "merge-file", "-p", *(str(file) for file in files)), ok=None)
    # git aligns repeated lines in its own way, so a different clean result is possible only where it is ambiguous;
    # nothing of either side may be lost then.
    if done.status == 0 and done.stdout != merged:
        assert sorted(done.stdout.split()) == sorted(merged.split())
