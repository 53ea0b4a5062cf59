"""The index that git hands to hooks: what the hook sees is what gets committed."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import git as ours

Git = Callable[..., str]

HOOK = """#!{python}
import json, sys
from pathlib import Path
sys.path.insert(0, {package!r})
from infra_tool import git
root = git.root(Path.cwd())
tree = git.IndexTree(root)
seen = {{path: tree.read(path).decode() for path in tree.entries}}
Path({out!r}).write_text(json.dumps([str(root), seen]))
"""


@pytest.fixture
def seen(tmp_path: Path, checkout: Path) -> Callable[[], tuple[str, dict[str, str]]]:
    """Install a pre-commit hook that writes down the index as our tree shows it; return what it wrote."""
    out = tmp_path / "seen"
    hook = checkout / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    package = str(Path(ours.__file__).parent.parent.parent)
    hook.write_text(HOOK.format(python=sys.executable, package=package, out=str(out)))
    hook.chmod(0o755)

    def read() -> tuple[str, dict[str, str]]:
        root, files = json.loads(out.read_text())
        return root, files

    return read


def committed(git: Git, place: Path) -> dict[str, str]:
    """The files of HEAD."""
    tree = ours.CommitTree(place, "HEAD")
    assert git(place, "rev-parse", "HEAD") == tree.revision
    return {path: tree.read(path).decode() for path in tree.entries}


@pytest.fixture
def changed(checkout: Path, git: Git) -> Path:
    """A staged file, a file with a staged and a further change, and a change that is not staged."""
    (checkout / "staged").write_text("staged\n")
    (checkout / "bin/run").write_text("staged\n")
    git(checkout, "add", "-A")
    (checkout / "bin/run").write_text("staged and more\n")
    (checkout / ".infra-tool.yaml").write_text("version: 1 # not staged\n")
    return checkout


@pytest.mark.parametrize("arguments", [(), ("-a",), (".infra-tool.yaml",), ("-o", "bin/run"), ("-i", "bin/run")])
def test_a_hook_sees_what_gets_committed(
    changed: Path, git: Git, seen: Callable[[], tuple[str, dict[str, str]]], arguments: tuple[str, ...]
) -> None:
    git(changed, "commit", "-q", "-m", "x", *arguments)
    assert seen() == (str(changed), committed(git, changed))


def test_a_hook_in_a_linked_worktree(
    changed: Path, tmp_path: Path, git: Git, seen: Callable[[], tuple[str, dict[str, str]]]
) -> None:
    linked = tmp_path / "linked tree"
    git(changed, "worktree", "add", "-q", "-b", "linked", str(linked))
    (linked / "only-here").write_text("x")
    git(linked, "add", "only-here")
    (linked / "bin/run").write_text("new")
    git(linked, "commit", "-q", "-a", "-m", "x")
    root, files = seen()
    assert root == str(linked)
    assert files == committed(git, linked)
    assert {"only-here", "bin/run"} <= set(files)
    assert "staged" not in files


def test_a_hook_in_a_sub_directory(changed: Path, git: Git, seen: Callable[[], tuple[str, dict[str, str]]]) -> None:
    git(changed / "apps", "commit", "-q", "-a", "-m", "x")
    assert seen() == (str(changed), committed(git, changed))


def test_a_file_that_is_only_intended_to_be_added_is_not_in_the_next_commit(checkout: Path, git: Git) -> None:
    for name in ("intended", "empty", "a b\n c"):
        (checkout / name).write_text("")
    git(checkout, "add", "--intent-to-add", "intended", "a b\n c")
    git(checkout, "add", "empty")
    entries = ours.IndexTree(checkout).entries
    assert "empty" in entries
    assert not {"intended", "a b\n c"} & set(entries)


def test_unmerged_paths_are_told_apart(checkout: Path, git: Git) -> None:
    git(checkout, "checkout", "-q", "-b", "other")
    for branch, text in (("other", "theirs"), ("main", "ours")):
        git(checkout, "checkout", "-q", branch)
        (checkout / "bin/run").write_text(text)
        git(checkout, "commit", "-q", "-a", "-m", branch)
    with pytest.raises(Exception, match="git merge"):
        git(checkout, "merge", "other")
    tree = ours.IndexTree(checkout)
    assert tree.unmerged == ("bin/run",)
    assert "bin/run" not in tree.entries
    assert "apps/n8n/deployment.yaml" in tree.entries


def test_the_index_of_a_surrounding_git_does_not_reach_other_trees(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))
    assert not ours.IndexTree(checkout).entries
    assert "bin/run" in ours.WorkTree(checkout).entries
