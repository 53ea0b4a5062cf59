"""How two commits stand to each other, also where a part of the history is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import git as ours

Git = Callable[..., str]
Fetches = Callable[[], list[list[str]]]
LONG = 130
"""More than what a shallow clone is deepened by before its whole history is fetched."""


@pytest.fixture
def source(tmp_path: Path, git: Git) -> Path:
    """A repo with a long branch main, tagged m0 to m129, and a branch side of one commit that starts at m1."""
    place = tmp_path / "source"
    git(tmp_path, "init", "-q", "-b", "main", str(place))
    stream = []
    for number in range(LONG):
        stream.append(
            f"commit refs/heads/main\nmark :{number + 1}\ncommitter T <t@t> {2_000_000_000 - number} +0000\ndata 1\nx\n"
            f"M 100644 inline f\ndata {len(str(number))}\n{number}\n"
        )
        stream.append(f"reset refs/tags/m{number}\nfrom :{number + 1}\n\n")
    stream.append("commit refs/heads/side\ncommitter T <t@t> 1 +0000\ndata 1\ns\nfrom :2\n\n")
    git(place, "fast-import", "--quiet", stdin="".join(stream))
    git(place, "config", "uploadpack.allowFilter", "true")
    return place


def sha(git: Git, source: Path, name: str) -> str:
    return git(source, "rev-parse", f"{name}^{{commit}}")


CASES = [
    ("m5", "m5", "same"),
    ("m5", "m9", "descendant"),
    ("m9", "m5", "ancestor"),
    ("m0", "m129", "descendant"),
    ("m129", "m0", "ancestor"),
    ("m5", "side", "diverged"),
    ("side", "m129", "diverged"),
    ("m1", "side", "descendant"),
]


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_by_ancestry_and_not_by_time(source: Path, git: Git, old: str, new: str, expected: str) -> None:
    assert ours.relation(source, sha(git, source, old), sha(git, source, new)) == expected


def test_an_abbreviated_name_is_fine(source: Path, git: Git) -> None:
    assert ours.relation(source, sha(git, source, "m5")[:8], sha(git, source, "m5")) == "same"


@pytest.mark.parametrize("name", ["0" * 40, "none", "--all", "HEAD:f", ""])
def test_what_is_no_commit_is_unknown(source: Path, git: Git, name: str) -> None:
    known = sha(git, source, "m5")
    assert ours.relation(source, name, known) == ours.relation(source, known, name) == "unknown"


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
@pytest.mark.parametrize("depth", [1, 3])
def test_a_shallow_clone_is_deepened(
    source: Path, tmp_path: Path, git: Git, fetches: Fetches, old: str, new: str, expected: str, depth: int
) -> None:
    if "side" in new:
        git(source, "symbolic-ref", "HEAD", "refs/heads/side")
    place = tmp_path / "clone"
    git(tmp_path, "clone", "-q", f"--depth={depth}", "--no-single-branch", "--no-tags", f"file://{source}", str(place))
    before = len(fetches())
    assert ours.relation(place, sha(git, source, old), sha(git, source, new)) == expected
    assert len([argv for argv in fetches()[before:] if "--filter=tree:0" in argv]) == len(fetches()) - before <= 2
    assert "partialclonefilter" not in git(place, "config", "--list"), "later fetches bring whole commits"


@pytest.mark.parametrize("depth", [(), ("--depth=1",)])
def test_a_commit_that_came_after_the_checkout_is_fetched(
    source: Path, tmp_path: Path, git: Git, depth: tuple[str, ...]
) -> None:
    place = tmp_path / "job"
    git(tmp_path, "init", "-q", str(place))
    git(place, "remote", "add", "origin", f"file://{source}")
    git(place, "fetch", "-q", "--no-tags", *depth, "origin", "refs/tags/m5")
    assert ours.relation(place, sha(git, source, "m9"), sha(git, source, "m5")) == "ancestor"
    assert ours.relation(place, sha(git, source, "m129"), sha(git, source, "side")) == "diverged"
    assert ours.relation(place, "1" * 40, sha(git, source, "m5")) == "unknown"


def test_a_shallow_clone_whose_server_is_gone(source: Path, tmp_path: Path, git: Git) -> None:
    place = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=2", f"file://{source}", str(place))
    old, new, far = (sha(git, source, name) for name in ("m128", "m129", "m5"))
    source.rename(tmp_path / "gone")
    assert ours.relation(place, old, new) == "descendant"
    assert ours.relation(place, new, old) == "ancestor"
    assert ours.relation(place, far, new) == "unknown"


def test_two_sides_that_meet_beyond_the_boundary_are_unknown(source: Path, tmp_path: Path, git: Git) -> None:
    place = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=2", "--no-single-branch", "--no-tags", f"file://{source}", str(place))
    one, other = sha(git, source, "m129"), sha(git, source, "side")
    source.rename(tmp_path / "gone")
    assert ours.relation(place, one, other) == "unknown"
