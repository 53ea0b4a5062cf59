"""Commits in a checkout: just the edited paths."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import git as ours
from infra_tool.edits import Change, Edits, Plan
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.splice import Span, Splice

Git = Callable[..., str]
FILE = "apps/n8n/deployment.yaml"


def bump(old: str = "n8n:v1", new: str = "n8n:v2", path: str = FILE) -> Change[str]:
    def plan(snapshot: ours.GitSnapshot) -> Plan[str]:
        start = snapshot.tree.read(path).find(old.encode())
        splices = [Splice(Span(start, start + len(old)), new.encode())] if start >= 0 else []
        return Plan(Edits().splice(snapshot.tree, path, splices), "chore: bump\n\nDeployed: x\n", "done")

    return plan


def write(path: str, data: bytes) -> Change[str]:
    return lambda _: Plan(Edits().write(path, data), "feat: write", "done")


def deliver(change: Change[str], root: Path, **more: object) -> ours.Outcome[str]:
    return ours.deliver(change, ours.Delivery(kind="commit", root=root, **more))  # type: ignore[arg-type]


def test_just_the_edited_paths_are_committed(checkout: Path, git: Git) -> None:
    (checkout / "staged").write_text("staged\n")
    (checkout / "bin/run").write_text("staged\n")
    git(checkout, "add", "-A")
    (checkout / "bin/run").write_text("staged and more\n")
    (checkout / "untracked").write_text("x")
    before = git(checkout, "rev-parse", "HEAD")
    outcome = deliver(bump(), checkout)
    assert (outcome.result, outcome.attempts, list(outcome.edits)) == ("done", 1, [FILE])
    assert git(checkout, "rev-parse", "HEAD", "HEAD~").split() == [outcome.commit, before]
    assert git(checkout, "log", "-1", "--format=%B") == "chore: bump\n\nDeployed: x"
    assert git(checkout, "diff", "--name-only", "HEAD~", "HEAD") == FILE
    assert git(checkout, "status", "--porcelain") == "MM bin/run\nA  staged\n?? untracked"
    assert git(checkout, "diff-files", "--name-only") == "bin/run", "the index knows the written file"
    assert b"n8n:v2" in (checkout / FILE).read_bytes()
    assert "commit: chore: bump" in git(checkout, "reflog", "-1")


def test_the_same_call_again_does_nothing(checkout: Path, git: Git) -> None:
    first = deliver(bump(), checkout)
    second = deliver(bump(), checkout)
    assert (second.commit, bool(second.edits)) == (None, False)
    assert git(checkout, "rev-parse", "HEAD") == first.commit


@pytest.mark.parametrize("staged", [False, True])
def test_local_changes_elsewhere_in_the_file_stay(checkout: Path, git: Git, *, staged: bool) -> None:
    local = "a: 1\nimage: n8n:v1\nb: 2\nc: 3\nd: local\n"
    (checkout / FILE).write_text(local)
    if staged:
        git(checkout, "add", "-A")
    deliver(bump(), checkout)
    assert git(checkout, "diff", "--stat", "HEAD~", "HEAD").endswith("1 file changed, 1 insertion(+), 1 deletion(-)")
    assert (checkout / FILE).read_text() == local.replace("v1", "v2")
    assert git(checkout, "status", "--porcelain") == (f"M  {FILE}" if staged else f" M {FILE}")
    assert git(checkout, "diff", *(["--cached"] if staged else [])).count("\n+") == 2


@pytest.mark.parametrize("staged", [False, True])
def test_a_local_change_in_the_way_is_refused(checkout: Path, git: Git, *, staged: bool) -> None:
    (checkout / FILE).write_text("a: 1\nimage: n8n:local\nb: 2\nc: 3\nd: 4\n")
    if staged:
        git(checkout, "add", "-A")
    before = git(checkout, "rev-parse", "HEAD"), git(checkout, "status", "--porcelain"), (checkout / FILE).read_text()
    with pytest.raises(InfraToolError, match=f"{FILE}: has local changes where it must be edited") as caught:
        deliver(bump(), checkout)
    assert caught.value.exit_code == 3
    after = git(checkout, "rev-parse", "HEAD"), git(checkout, "status", "--porcelain"), (checkout / FILE).read_text()
    assert after == before


def test_a_local_version_the_change_was_made_from_is_replaced(checkout: Path) -> None:
    (checkout / "secrets.enc.yaml").write_text("plain")
    with pytest.raises(InfraToolError, match="local changes"):
        deliver(write("secrets.enc.yaml", b"cipher"), checkout)
    deliver(write("secrets.enc.yaml", b"cipher"), checkout, replaces=frozenset({"secrets.enc.yaml"}))
    assert (checkout / "secrets.enc.yaml").read_bytes() == b"cipher"


def test_files_come_and_go_with_their_modes(checkout: Path, git: Git) -> None:
    def plan(_: object) -> Plan[str]:
        edits = (
            Edits().write('n e/"w', b"#!\r\n", "100755").delete("apps/sp ace/ü.yaml").write("bin/run", b"x", "100755")
        )
        return Plan(edits, "m", "done")

    git(checkout, "config", "core.autocrlf", "true")
    deliver(plan, checkout)
    assert git(checkout, "status", "--porcelain") == ""
    tree = ours.CommitTree(checkout, "HEAD")
    assert {path: entry.mode for path, entry in tree.entries.items() if path != FILE} == {
        ".infra-tool.yaml": "100644",
        "bin/run": "100755",
        'n e/"w': "100755",
    }
    assert tree.read('n e/"w') == b"#!\r\n" == (checkout / 'n e/"w').read_bytes()
    assert not (checkout / "apps/sp ace").exists()


def test_hooks_do_not_run(checkout: Path) -> None:
    for name in ("pre-commit", "commit-msg", "post-commit", "prepare-commit-msg"):
        hook = checkout / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
    assert deliver(bump(), checkout).commit


def test_a_linked_worktree_and_a_sub_directory(checkout: Path, tmp_path: Path, git: Git) -> None:
    linked = tmp_path / "linked"
    git(checkout, "worktree", "add", "-q", str(linked))
    deliver(bump(path="n8n/deployment.yaml"), linked / "apps")
    assert git(linked, "show", "--format=", "--name-only") == FILE
    assert git(linked, "status", "--porcelain") == ""
    assert git(checkout, "log", "--format=%s") == "first"


def test_a_repo_without_commits(git_repo: Path, git: Git) -> None:
    (git_repo / "other").write_text("staged")
    git(git_repo, "add", "other")
    outcome = deliver(write("a", b"x\n"), git_repo)
    assert git(git_repo, "log", "--format=%H %s") == f"{outcome.commit} feat: write"
    assert git(git_repo, "status", "--porcelain") == "A  other"


def test_a_machine_without_a_name(checkout: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    deliver(bump(), checkout)
    who = "infra-tool <infra-tool@localhost>"
    assert git(checkout, "log", "-1", "--format=%an <%ae>, %cn <%ce>") == f"{who}, {who}"
    git(checkout, "config", "user.name", "Only Name")
    deliver(bump("v2", "v3"), checkout)
    assert git(checkout, "log", "-1", "--format=%an <%ae>") == "Only Name <infra-tool@localhost>"


def test_subject_and_author_as_asked_for(checkout: Path, git: Git) -> None:
    deliver(bump(), checkout, message="fix: by hand", author="Ä B <a@b>")
    shown = git(checkout, "log", "-1", "--format=%an <%ae>, %cn%n%B")
    assert shown == "Ä B <a@b>, Test Person\nfix: by hand\n\nDeployed: x"
    with pytest.raises(UsageError, match="'NAME <MAIL>'"):
        deliver(bump("v2", "v3"), checkout, author="nobody")


def test_commits_are_signed_as_configured(checkout: Path, tmp_path: Path, git: Git) -> None:
    signer = tmp_path / "signer"
    signer.write_text('#!/bin/sh\ncat >/dev/null\necho "[GNUPG:] SIG_CREATED " >&2\necho signature\n')
    signer.chmod(0o755)
    git(checkout, "config", "commit.gpgsign", "true")
    git(checkout, "config", "gpg.program", str(signer))
    deliver(bump(), checkout)
    assert "gpgsig signature" in git(checkout, "cat-file", "commit", "HEAD")


def test_a_held_index_is_waited_for_then_everything_is_put_back(
    checkout: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra_tool.git.staging.LOCK_WAIT", 0.2)
    (checkout / ".git/index.lock").write_text("")
    before = git(checkout, "rev-parse", "HEAD")
    with pytest.raises(InfraToolError, match="index cannot be written"):
        deliver(bump(), checkout)
    (checkout / ".git/index.lock").unlink()
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "rev-parse", "HEAD") == before


def test_a_commit_made_meanwhile_leads_to_a_new_plan(checkout: Path, git: Git) -> None:
    seen: list[str | None] = []

    def plan(snapshot: ours.GitSnapshot) -> Plan[str]:
        seen.append(snapshot.revision)
        made = bump()(snapshot)
        if len(seen) == 1:
            git(checkout, "commit", "-q", "--allow-empty", "-m", "meanwhile")
        return made

    outcome = deliver(plan, checkout)
    assert outcome.attempts == 2
    assert git(checkout, "log", "--format=%s") == "chore: bump\nmeanwhile\nfirst"
    assert git(checkout, "status", "--porcelain") == ""


def test_outside_of_a_repo_there_is_nothing_to_commit_to(tmp_path: Path) -> None:
    with pytest.raises(InfraToolError, match="not in a git repo"):
        deliver(write("a", b""), tmp_path)
