"""The trees of the work tree, the index and commits."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import git as ours
from infra_tool.edits import EXECUTABLE, FILE, MAX_SIZE, SUBMODULE, SYMLINK, Entry, Tree, readable
from infra_tool.errors import InfraToolError, UsageError

Git = Callable[..., str]
STRANGE = 'sp ace/ü "q\\\n\tx'


@pytest.fixture
def full(checkout: Path, git: Git) -> Path:
    """A checkout that holds every kind of entry, all committed."""
    (checkout / STRANGE).parent.mkdir()
    (checkout / STRANGE).write_bytes(b"strange\r\n")
    (checkout / "link").symlink_to("apps/n8n")
    (checkout / "out").symlink_to("/etc/passwd")
    (checkout / "big").write_bytes(b"x" * (MAX_SIZE + 1))
    (checkout / os.fsdecode(b"lat\xefn")).write_text("x")
    git(checkout, "add", "-A")
    git(checkout, "update-index", "--add", "--cacheinfo", f"160000,{git(checkout, 'rev-parse', 'HEAD')},sub")
    (checkout / "sub").mkdir()
    git(checkout, "commit", "-q", "-m", "all kinds")
    return checkout


@pytest.mark.parametrize("kind", ["work tree", "index", "commit"])
def test_every_kind_of_entry(full: Path, kind: str) -> None:
    tree: Tree = {
        "work tree": lambda: ours.WorkTree(full),
        "index": lambda: ours.IndexTree(full),
        "commit": lambda: ours.CommitTree(full, "HEAD"),
    }[kind]()
    modes = {path: entry.mode for path, entry in tree.entries.items()}
    assert modes == {
        ".infra-tool.yaml": FILE,
        "apps/n8n/deployment.yaml": FILE,
        "apps/sp ace/ü.yaml": FILE,
        "big": FILE,
        "bin/run": EXECUTABLE,
        "lat\udcefn": FILE,
        "link": SYMLINK,
        "out": SYMLINK,
        STRANGE: FILE,
        "sub": SUBMODULE,
    }
    assert list(modes) == sorted(modes)
    assert tree.read(STRANGE) == b"strange\r\n"
    contents, reasons = readable(tree, tree.entries)
    assert contents["link"] == b"apps/n8n"
    assert set(contents) == set(modes) - set(reasons)
    assert reasons == {
        "big": "not read: is larger than 5 MiB",
        "lat\udcefn": "not read: its name is not UTF-8",
        "out": "is a symlink that leaves the repo",
        "sub": "not read: is a submodule",
    }
    with pytest.raises(InfraToolError, match="none: no such file"):
        tree.read("none")


def test_entries_know_blob_and_size_where_they_can(full: Path, git: Git) -> None:
    blob = git(full, "rev-parse", "HEAD:bin/run")
    assert ours.WorkTree(full).entries["bin/run"] == Entry("bin/run", EXECUTABLE, None, 10)
    assert ours.IndexTree(full).entries["bin/run"] == Entry("bin/run", EXECUTABLE, blob, None)
    assert ours.CommitTree(full, "HEAD").entries["bin/run"] == Entry("bin/run", EXECUTABLE, blob, 10)


def test_the_work_tree_holds_what_git_would_track(checkout: Path, git: Git) -> None:
    (checkout / ".gitignore").write_text("ignored\n")
    (checkout / "ignored").write_text("x")
    (checkout / "new").write_text("x")
    (checkout / "bin/run").unlink()
    git(checkout, "init", "-q", "nested")
    (checkout / "nested/file").write_text("x")
    entries = ours.WorkTree(checkout).entries
    assert {"new", ".gitignore"} <= set(entries)
    assert not {"ignored", "bin/run", "nested/file"} & set(entries)
    assert entries["nested"].mode == SUBMODULE


def test_the_work_tree_does_not_look_behind_symlinks(checkout: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (checkout / "apps/n8n").rename(outside)
    (checkout / "apps/n8n").symlink_to(outside)
    tree = ours.WorkTree(checkout)
    assert tree.entries["apps/n8n"].mode == SYMLINK
    assert "apps/n8n/deployment.yaml" not in tree.entries


def test_a_file_that_became_a_symlink_is_not_followed(checkout: Path) -> None:
    tree = ours.WorkTree(checkout)
    assert tree.entries
    (checkout / "bin/run").unlink()
    (checkout / "bin/run").symlink_to("/etc/passwd")
    with pytest.raises(InfraToolError, match="bin/run: cannot be read"):
        tree.read("bin/run")


def test_a_directory_without_git(tmp_path: Path) -> None:
    for path in ("a/b", "a/.git/config", "c"):
        (tmp_path / "plain" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "plain" / path).write_text("x")
    (tmp_path / "plain/dir-link").symlink_to("a")
    assert list(ours.WorkTree(tmp_path / "plain").entries) == ["a/b", "c", "dir-link"]


def test_a_directory_inside_of_a_repo_is_a_tree_of_its_own(checkout: Path) -> None:
    place = checkout / "apps"
    for tree in (ours.WorkTree(place), ours.IndexTree(place), ours.CommitTree(place, "HEAD")):
        assert list(tree.entries) == ["n8n/deployment.yaml", "sp ace/ü.yaml"]
        assert tree.read("sp ace/ü.yaml") == b"image: \xc3\xbc:v1\r\nlast: no newline"


def test_line_ends_are_not_converted(checkout: Path, git: Git) -> None:
    git(checkout, "config", "core.autocrlf", "true")
    expected = b"image: \xc3\xbc:v1\r\nlast: no newline"
    for tree in (ours.WorkTree(checkout), ours.IndexTree(checkout), ours.CommitTree(checkout, "HEAD")):
        assert tree.read("apps/sp ace/ü.yaml") == expected


def test_a_revision_that_is_none_is_wrong_usage(checkout: Path) -> None:
    for revision in ("none", "--all", "HEAD:bin/run", ""):
        with pytest.raises(UsageError, match="is no commit"):
            ours.CommitTree(checkout, revision)


def test_the_log_of_a_snapshot(full: Path, git: Git) -> None:
    message = "subject ü\n\nbody\n\nDeployed: n8n a -> b"
    (full / "bin/run").write_text("changed\n")
    git(full, "commit", "-q", "-a", "-m", message, env={"GIT_AUTHOR_DATE": "1700000000 +0200"})
    for snapshot in (ours.worktree_snapshot(full), ours.commit_snapshot(full)):
        first, *rest = snapshot.log(["bin/run"])
        assert first == (git(full, "rev-parse", "HEAD"), 1700000000, "Test Person <test@example.invalid>", message)
        assert [commit.message for commit in rest] == ["first"]
        assert len(list(snapshot.log())) == 3
        assert list(snapshot.log(["bin/*"])) == []


def test_a_repo_without_commits(git_repo: Path, git: Git) -> None:
    snapshot = ours.worktree_snapshot(git_repo)
    assert (snapshot.revision, list(snapshot.log()), dict(snapshot.tree.entries)) == (None, [], {})
    (git_repo / "a").write_text("x")
    git(git_repo, "add", "a")
    assert ours.IndexTree(git_repo).read("a") == b"x"
