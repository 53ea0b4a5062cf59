"""Whether a branch of a remote holds a commit, as it moves on."""

from pathlib import Path

import pytest

from infra_tool import git, proc
from infra_tool.errors import InfraToolError


def commit(place: Path, message: str) -> str:
    for command in (("commit", "-qm", message, "--allow-empty"), ("push", "-q", "origin", "HEAD:main")):
        proc.run(("git", *command), cwd=place)
    return proc.run(("git", "rev-parse", "HEAD"), cwd=place).stdout.decode().strip()


def test_what_came_later_holds_what_was_before(git_repo: Path, bare: Path) -> None:
    proc.run(("git", "remote", "add", "origin", str(bare)), cwd=git_repo)
    first, second = commit(git_repo, "first"), commit(git_repo, "second")
    with git.containing(str(bare), "main", None, 60) as contains:
        assert contains(second, first)
        assert contains(second, second)
        assert not contains(first, second)
        third = commit(git_repo, "third")
        assert contains(third, second)
        assert not contains("0" * 40, first)


def test_a_server_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with git.containing(str(tmp_path / "none"), "main", None, 60) as contains, pytest.raises(InfraToolError):
        contains("0" * 40, "1" * 40)
