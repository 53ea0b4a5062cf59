"""What the commits of a branch did to some files."""

from collections.abc import Callable
from pathlib import Path

from infra_tool.git import commit_snapshot

Git = Callable[..., str]


def write(place: Path, path: str, text: str, git: Git, message: str) -> None:
    (place / path).parent.mkdir(parents=True, exist_ok=True)
    (place / path).write_text(text, encoding="utf-8")
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", message)


def seen(place: Path, *paths: str) -> list[tuple[str, dict[str, str | None]]]:
    snapshot = commit_snapshot(place)
    past = list(snapshot.past(paths))
    held = snapshot.contents(blob for one in past for blob in one.blobs.values() if blob)
    return [
        (one.commit.message, {path: held[blob].decode() if blob else None for path, blob in one.blobs.items()})
        for one in past
    ]


def test_each_change_is_told_with_what_the_files_became(git_repo: Path, git: Git) -> None:
    write(git_repo, "a/one ü.yaml", "1", git, "first\n\nbody: ü")
    write(git_repo, "b/other.yaml", "x", git, "elsewhere")
    write(git_repo, "a/two.yaml", "2", git, "second")
    git(git_repo, "mv", "a/one ü.yaml", "a/moved.yaml")
    git(git_repo, "commit", "-qm", "third")
    assert seen(git_repo, "a") == [
        ("third", {"a/moved.yaml": "1", "a/one ü.yaml": None}),
        ("second", {"a/two.yaml": "2"}),
        ("first\n\nbody: ü", {"a/one ü.yaml": "1"}),
    ]
    assert [message for message, _ in seen(git_repo, "a/two.yaml", "b")] == ["second", "elsewhere"]
    assert not seen(git_repo, "nothing")


def test_a_merge_is_one_change_of_the_branch(git_repo: Path, git: Git) -> None:
    write(git_repo, "a", "1", git, "start")
    git(git_repo, "checkout", "-q", "-b", "side")
    write(git_repo, "a", "2", git, "two")
    write(git_repo, "a", "3", git, "three")
    git(git_repo, "checkout", "-q", "main")
    git(git_repo, "merge", "-q", "--no-ff", "-m", "merge", "side")
    assert seen(git_repo, "a") == [("merge", {"a": "3"}), ("start", {"a": "1"})]


def test_paths_are_those_of_an_infra_repo_inside_of_another_repo(git_repo: Path, git: Git) -> None:
    write(git_repo, "infra/apps/a", "1", git, "inside")
    write(git_repo, "apps/a", "2", git, "outside")
    assert seen(git_repo / "infra", "apps") == [("inside", {"apps/a": "1"})]
