"""Git hooks, run by the real git; a stand-in for infra-tool records how it was called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra_tool import proc
from infra_tool.errors import InfraToolError
from infra_tool.repo import hooks


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an infra-tool on PATH that notes its arguments and ends with the status in the file beside it."""
    directory = tmp_path / "bin"
    directory.mkdir()
    script = directory / "infra-tool"
    script.write_text(
        f'#!/bin/sh\necho "$*" >>{directory}/calls\n[ ! -f {directory}/status ] || exit "$(cat {directory}/status)"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}{os.pathsep}{os.environ['PATH']}")
    return directory


def calls(tool: Path) -> list[str]:
    path = tool / "calls"
    return path.read_text().splitlines() if path.exists() else []


def git(cwd: Path, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(("git", *arguments), cwd=cwd, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is ok, done.stderr
    return done


def commit(repo: Path, *, ok: bool = True, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return git(cwd or repo, "commit", "-q", "--allow-empty", "-m", "x", ok=ok)


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_commit_is_judged_and_stopped(git_repo: Path, tool: Path) -> None:
    assert [hook.action for hook in hooks.install(git_repo)] == ["installed", "installed"]
    commit(git_repo)
    assert calls(tool) == ["lint --staged"]
    (tool / "status").write_text("1")
    commit(git_repo, ok=False)


def test_a_push_judges_the_tips_of_branches(git_repo: Path, bare: Path, tool: Path) -> None:
    commit(git_repo)
    tip = git(git_repo, "rev-parse", "HEAD").stdout.strip()
    git(git_repo, "tag", "v1")
    git(git_repo, "branch", "same")
    hooks.install(git_repo)
    git(git_repo, "push", "-q", str(bare), "main", "same", "v1")
    assert calls(tool) == [f"lint --rev {tip}"]
    git(git_repo, "push", "-q", str(bare), ":same")
    git(git_repo, "push", "-q", str(bare), "main")
    assert len(calls(tool)) == 1
    (tool / "status").write_text("1")
    git(git_repo, "push", "-q", str(bare), "main:other", ok=False)


def test_a_second_installation_changes_nothing(git_repo: Path) -> None:
    first = hooks.install(git_repo)
    before = {hook.path: hook.path.stat().st_mtime_ns for hook in first}
    assert [hook.action for hook in hooks.install(git_repo)] == ["unchanged", "unchanged"]
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_hook_of_another_installation_is_replaced(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks.install(git_repo)
    monkeypatch.setattr(sys, "executable", "/opt/other venv/bin/python")
    assert [hook.action for hook in hooks.install(git_repo)] == ["updated", "updated"]
    assert "[ -x '/opt/other venv/bin/python' ]" in (git_repo / ".git/hooks/pre-commit").read_text()
    assert not list(git_repo.glob(".git/hooks/*.chained"))


def test_a_hook_that_was_there_is_called_first(git_repo: Path, tool: Path, tmp_path: Path) -> None:
    old = script(git_repo / ".git/hooks/pre-commit", f"echo old >>{tool}/calls; [ ! -f {tmp_path}/stop ] || exit 7")
    hook = hooks.install(git_repo)[0]
    assert hook.chained == old.with_name("pre-commit.chained")
    commit(git_repo)
    assert calls(tool) == ["old", "lint --staged"]
    hooks.install(git_repo)
    (tmp_path / "stop").touch()
    commit(git_repo, ok=False)
    assert calls(tool) == ["old", "lint --staged", "old"]


def test_a_push_hook_that_was_there_reads_what_git_tells(git_repo: Path, bare: Path, tool: Path) -> None:
    script(git_repo / ".git/hooks/pre-push", f'echo "$#" >>{tool}/calls; cat >>{tool}/calls')
    commit(git_repo)
    tip = git(git_repo, "rev-parse", "HEAD").stdout.strip()
    hooks.install(git_repo)
    git(git_repo, "push", "-q", str(bare), "main")
    zero = "0" * len(tip)
    assert calls(tool) == ["2", f"refs/heads/main {tip} refs/heads/main {zero}", f"lint --rev {tip}"]


def test_a_hook_that_git_would_not_run_is_kept_and_not_called(git_repo: Path, tool: Path) -> None:
    script(git_repo / ".git/hooks/pre-commit", "exit 1").chmod(0o644)
    hooks.install(git_repo)
    commit(git_repo)
    assert calls(tool) == ["lint --staged"]
    assert (git_repo / ".git/hooks/pre-commit.chained").exists()


def test_a_symlink_is_kept_as_it_is(git_repo: Path, tool: Path) -> None:
    script(git_repo / "tools/check", f"echo linked >>{tool}/calls")
    (git_repo / ".git/hooks").mkdir(exist_ok=True)
    (git_repo / ".git/hooks/pre-commit").symlink_to("../../tools/check")
    hooks.install(git_repo)
    commit(git_repo)
    assert calls(tool) == ["linked", "lint --staged"]
    assert "linked" in (git_repo / "tools/check").read_text()


def test_the_program_pre_commit_may_come_later(git_repo: Path, tool: Path) -> None:
    """It moves our hook to pre-commit.legacy and calls it; what ours calls must still be found."""
    script(git_repo / ".git/hooks/pre-commit", f"echo old >>{tool}/calls")
    hook = hooks.install(git_repo)[0].path
    hook.rename(hook.with_name("pre-commit.legacy"))
    script(hook, '"$0.legacy" "$@"')
    assert hooks.install(git_repo)[0].action == "unchanged"
    commit(git_repo)
    assert calls(tool) == ["old", "lint --staged"]


def test_two_hooks_that_both_were_there_need_a_decision(git_repo: Path) -> None:
    hook = script(git_repo / ".git/hooks/pre-push", "exit 0")
    hooks.install(git_repo)
    (git_repo / ".git/hooks/pre-commit").unlink()
    script(hook, "exit 1")
    with pytest.raises(InfraToolError, match=r"pre-push is not ours"):
        hooks.install(git_repo)
    assert "exit 1" in hook.read_text()
    assert not (git_repo / ".git/hooks/pre-commit").exists()


def test_hooks_go_where_git_looks_for_them(git_repo: Path, tool: Path) -> None:
    git(git_repo, "config", "core.hooksPath", "tools/hooks")
    assert hooks.install(git_repo)[0].path == git_repo / "tools/hooks/pre-commit"
    commit(git_repo)
    assert calls(tool) == ["lint --staged"]


def test_linked_work_trees_share_the_hooks(git_repo: Path, tool: Path, tmp_path: Path) -> None:
    commit(git_repo)
    linked = tmp_path / "linked"
    git(git_repo, "worktree", "add", "-q", str(linked))
    assert hooks.install(linked)[0].path == git_repo / ".git/hooks/pre-commit"
    commit(linked)
    commit(git_repo)
    assert calls(tool) == ["lint --staged"] * 2


def test_hooks_for_every_repo_leave_other_repos_alone(git_repo: Path, tool: Path, home: Path) -> None:
    git(git_repo, "config", "--global", "core.hooksPath", "~/my hooks")
    assert hooks.install(git_repo)[0].path == home / "my hooks/pre-commit"
    commit(git_repo)
    assert calls(tool) == []
    (git_repo / ".infra-tool.yaml").write_text("version: 1\n")
    commit(git_repo)
    assert calls(tool) == ["lint --staged"]


def test_an_infra_repo_may_be_a_directory_of_a_git_repo(git_repo: Path, tool: Path) -> None:
    place = git_repo / "it's here"
    place.mkdir()
    hooks.install(place)
    commit(git_repo)
    assert calls(tool) == ["lint --staged -C it's here"]


def without_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def test_the_known_interpreter_is_used_where_path_is_another(
    git_repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = script(tmp_path / "a venv/python", f'echo "$*" >>{tmp_path}/calls')
    monkeypatch.setattr(sys, "executable", str(python))
    hooks.install(git_repo)
    without_tool(monkeypatch)
    commit(git_repo)
    assert (tmp_path / "calls").read_text() == "-P -m infra_tool lint --staged\n"


def test_a_tool_that_is_gone_stops_the_commit_and_says_so(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/gone/python")
    hooks.install(git_repo)
    without_tool(monkeypatch)
    said = commit(git_repo, ok=False).stderr
    assert "error: infra-tool is gone" in said
    assert "hint: install it again" in said


def test_outside_of_a_repo_there_is_nothing_to_hook(tmp_path: Path) -> None:
    with pytest.raises(InfraToolError, match="is in no git repo"):
        hooks.install(tmp_path)


def test_a_place_that_cannot_be_written_is_named(git_repo: Path) -> None:
    proc.run(("git", "config", "core.hooksPath", "/dev/null"), cwd=git_repo)
    with pytest.raises(InfraToolError, match="/dev/null/pre-commit cannot be written") as raised:
        hooks.install(git_repo)
    assert "core.hooksPath" in (raised.value.hint or "")
