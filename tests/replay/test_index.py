"""The index read here is the index that git reads."""

import os
import subprocess
from pathlib import Path

import pytest

from infra_tool.git import IndexTree
from infra_tool.replay import index

PATHS = [
    "a",
    "a.b/c",
    "ünïcode/猫.yaml",
    "with space",
    f"{'x' * 200}/{'y' * 200}",
    "new\nline",
    "deep/er/and/deeper/file.yaml",
    "ab",
    "abc",
]


def git(cwd: Path, *arguments: str) -> None:
    subprocess.run(("git", *arguments), cwd=cwd, check=True, capture_output=True)


def write(repo: Path, *paths: str) -> None:
    for path in paths:
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(path, encoding="utf-8")


def records(repo: Path) -> list[bytes]:
    return index.parse((repo / ".git/index").read_bytes())


def facts(repo: Path) -> dict[str, tuple[str, str | None]]:
    return {path: (entry.mode, entry.blob) for path, entry in IndexTree(repo).entries.items()}


def read(repo: Path) -> dict[str, tuple[str, str | None]]:
    return {os.fsdecode(path): (mode, blob) for path, mode, blob in index.committed(records(repo))}


@pytest.fixture
def filled(git_repo: Path) -> Path:
    write(git_repo, *PATHS)
    (git_repo / "run").write_text("#!/bin/sh\n")
    (git_repo / "run").chmod(0o755)
    (git_repo / "link").symlink_to("a")
    (git_repo / os.fsdecode(b"no\xfftext")).write_text("x")
    git(git_repo, "add", "-A")
    return git_repo


def test_every_kind_of_entry(filled: Path) -> None:
    assert len(read(filled)) == len(PATHS) + 3
    assert read(filled) == facts(filled)
    assert index.is_merged(records(filled))


def test_the_extensions_that_git_writes_do_not_matter(filled: Path) -> None:
    git(filled, "commit", "-qm", "x")
    git(filled, "update-index", "--untracked-cache")
    git(filled, "status")
    assert read(filled) == facts(filled)


def test_what_is_only_to_be_added(filled: Path) -> None:
    write(filled, "later", "zzz")
    git(filled, "add", "--intent-to-add", "later", "zzz")
    assert "later" not in read(filled)
    assert read(filled) == facts(filled)


def test_records_say_nothing_of_when_files_were_looked_at(filled: Path) -> None:
    before = records(filled), (filled / ".git/index").read_bytes()
    os.utime(filled / "a", (1, 1))
    git(filled, "update-index", "--refresh")
    assert records(filled) == before[0]
    assert (filled / ".git/index").read_bytes() != before[1]


def test_a_conflict_is_told(git_repo: Path) -> None:
    for name in ("base", "ours", "theirs"):
        write(git_repo, name)
    git(git_repo, "add", "-A")
    for stage, name in enumerate(("base", "ours", "theirs"), 1):
        blob = facts(git_repo)[name][1]
        subprocess.run(
            ("git", "update-index", "--index-info"),
            cwd=git_repo,
            check=True,
            text=True,
            input=f"100644 {blob} {stage}\tx\n",
        )
    assert not index.is_merged(records(git_repo))


@pytest.mark.parametrize(
    "commands",
    [
        [("update-index", "--index-version", "4")],
        [("update-index", "--split-index")],
        [("commit", "-qm", "x"), ("sparse-checkout", "set", "--cone", "--sparse-index", "a.b")],
    ],
    ids=["compressed", "split", "sparse"],
)
def test_what_cannot_be_read_here_is_refused(filled: Path, commands: list[tuple[str, ...]]) -> None:
    for command in commands:
        git(filled, *command)
    with pytest.raises(ValueError, match=r"index|entries"):
        records(filled)


def test_longer_object_ids_are_not_read_as_others(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    write(tmp_path, *PATHS)
    git(tmp_path, "add", "-A")
    try:
        found = read(tmp_path)
    except (ValueError, LookupError):
        return
    assert found != facts(tmp_path)


@pytest.mark.parametrize("data", [b"", b"DIRC", b"DIRC\0\0\0\2\0\0\0\1", b"x" * 200])
def test_what_is_no_index_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, LookupError)):
        index.parse(data)


def test_a_cut_index_is_refused_or_differs(filled: Path) -> None:
    data = (filled / ".git/index").read_bytes()
    for end in range(0, len(data), 7):
        try:
            found = index.parse(data[:end])
        except (ValueError, LookupError):
            continue
        assert found != records(filled)
