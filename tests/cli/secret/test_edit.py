"""An editor on plain text that lies in memory: what changed is told without its value, nothing is left behind."""

from __future__ import annotations

import shlex
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra_tool import proc
from infra_tool.secrets import in_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.secret.conftest import Repo

PATH = "apps/n8n/secrets.enc.yaml"
PLANTED = "hunter2-planted"
EDITOR = """\
import pathlib, stat, sys
path = pathlib.Path(sys.argv[-1])
log = pathlib.Path({log!r})
log.write_text(f"{{path}} {{stat.S_IMODE(path.stat().st_mode):o}} {{stat.S_IMODE(path.parent.stat().st_mode):o}}")
text = path.read_text()
for old, new in {changes!r}:
    assert old in text, (old, text)
    text = text.replace(old, new)
path.write_text(text)
sys.exit({status})
"""


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the system believe that a directory of this test lies in memory."""
    place = tmp_path / "memory"
    place.mkdir()
    (tmp_path / "mounts").write_text(f"none / ext4 rw 0 0\ntmpfs {place} tmpfs rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(in_memory, "MOUNTS", tmp_path / "mounts")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    return place


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return the function that sets up an editor which makes changes, and tells where it was called on what."""

    def make(*changes: tuple[str, str], status: int = 0) -> Path:
        script, log = tmp_path / "ed itor.py", tmp_path / "editor.log"
        script.write_text(EDITOR.format(log=str(log), changes=changes, status=status), encoding="utf-8")
        monkeypatch.setenv("VISUAL", f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}")
        return log

    return make


def test_what_changed_is_told_without_its_value(repo: Repo, memory: Path, editor: Callable[..., Path]) -> None:
    before = repo.read().splitlines()
    log = editor(("API_KEY: stub", f"API_KEY: {PLANTED}\n  NEW: x"), ("# of n8n", "# of all"))
    said = repo.run("secret", "edit", PATH)
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        f"{PATH} is encrypted anew where it changed\n  stringData.API_KEY changed\n  stringData.NEW added\n"
    )
    changed = [line.split(":")[0].strip() for line in repo.read().splitlines() if line not in before]
    assert set(changed) - {"lastmodified"} == {"ENCRYPTION_KEY", "API_KEY", "NEW", "mac"}
    assert repo.get("API_KEY") == PLANTED
    place, file_mode, directory_mode = log.read_text().split()
    assert (Path(place).parent.parent, Path(place).name) == (memory, "secrets.enc.yaml")
    assert (file_mode, directory_mode) == ("600", "700")
    assert list(memory.iterdir()) == []


def test_unchanged_is_nothing(repo: Repo, memory: Path, editor: Callable[..., Path]) -> None:
    editor()
    said = repo.run("secret", "edit", PATH, "--format", "json")
    assert said.result("secret-edit") == {"path": PATH, "action": "unchanged", "changes": [], "commit": None}
    assert repo.git("status", "--porcelain") == ""
    assert list(memory.iterdir()) == []


def test_one_value_is_three_lines_and_a_restart(repo: Repo, memory: Path, editor: Callable[..., Path]) -> None:
    editor(("API_KEY: stub", "API_KEY: other"))
    assert repo.run("secret", "edit", PATH, "--commit").code == 0
    assert repo.git("log", "-1", "--format=%s", "--name-only") == (
        f"chore(secrets): edit {PATH}\n\napps/n8n/deployment.yaml\n{PATH}\n"
    )
    assert repo.git("diff", "--numstat", "HEAD~1", "--", PATH).split()[:2] in (["3", "3"], ["2", "2"])
    assert list(memory.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("API_KEY: stub", "API_KEY: 4711"), f"{PATH}:10: stringData.API_KEY is of type int"),
        (("API_KEY: stub", f"API_KEY: '{PLANTED}"), f"{PATH}:"),
        (("stringData:", "stringdata:"), "selects no value of this file"),
    ],
)
def test_what_cannot_be_encrypted_is_not_written(
    repo: Repo, memory: Path, editor: Callable[..., Path], change: tuple[str, str], words: str
) -> None:
    editor(change)
    said = repo.run("secret", "edit", PATH)
    assert (said.code, words in said.err, PLANTED in said.err, "4711" in said.err) == (3, True, False, False)
    assert repo.git("status", "--porcelain") == ""
    assert list(memory.iterdir()) == []


def test_an_editor_that_fails(repo: Repo, memory: Path, editor: Callable[..., Path]) -> None:
    editor(("stub", "other"), status=1)
    said = repo.run("secret", "edit", PATH)
    assert (said.code, "the editor ended with status 1: nothing was written" in said.err) == (3, True)
    assert repo.git("status", "--porcelain") == ""
    assert list(memory.iterdir()) == []


def test_no_editor(repo: Repo, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (memory / "bin").mkdir()
    (memory / "bin/git").symlink_to(proc.find("git"))
    monkeypatch.setenv("PATH", str(memory / "bin"))
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    said = repo.run("secret", "edit", PATH)
    assert (said.code, "there is no editor" in said.err, "SOPS_EDITOR, VISUAL, EDITOR" in said.err) == (3, True, True)


def test_without_memory_only_where_the_person_says(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, editor: Callable[..., Path]
) -> None:
    (tmp_path / "mounts").write_text("none / ext4 rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(in_memory, "MOUNTS", tmp_path / "mounts")
    log = editor(("stub", "other"))
    said = repo.run("secret", "edit", PATH)
    assert (said.code, "infra-tool secret set PATH KEY" in said.err, log.exists()) == (3, True, False)
    (tmp_path / "mine").mkdir()
    assert repo.run("secret", "edit", PATH, "--edit-dir", str(tmp_path / "mine")).code == 0
    assert Path(log.read_text().split()[0]).parent.parent == tmp_path / "mine"
    assert list((tmp_path / "mine").iterdir()) == []
    assert repo.get("API_KEY") == "other"


def test_a_directory_is_in_memory_when_its_deepest_mount_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a b/disk").mkdir(parents=True)
    escaped = str(tmp_path / "a b").replace(" ", "\\040")
    mounts = f"none / ext4 rw 0 0\ntmpfs {escaped} tmpfs rw 0 0\nnone {escaped}/disk ext4 rw 0 0\n"
    (tmp_path / "mounts").write_text(mounts, encoding="utf-8")
    monkeypatch.setattr(in_memory, "MOUNTS", tmp_path / "mounts")
    assert in_memory.in_memory({"XDG_RUNTIME_DIR": str(tmp_path / "a b")}) == tmp_path / "a b"
    assert in_memory.in_memory({"XDG_RUNTIME_DIR": str(tmp_path / "a b/disk")}) is None
    monkeypatch.setattr(in_memory, "MOUNTS", tmp_path / "none")
    assert in_memory.in_memory({"XDG_RUNTIME_DIR": str(tmp_path / "a b")}) is None
    assert stat.S_ISDIR((tmp_path / "a b").stat().st_mode)


def test_somebody_else_was_faster(repo: Repo, memory: Path, editor: Callable[..., Path], bare: Path) -> None:
    repo.push_to(bare)
    assert repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", "--push", stdin=b"theirs").code == 0
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    editor(("API_KEY: stub", "API_KEY: mine"))
    said = repo.run("secret", "edit", PATH, "--push")
    assert (said.code, "was changed by somebody else meanwhile" in said.err) == (3, True)
    assert list(memory.iterdir()) == []


def test_a_remote_alone_cannot_be_edited(repo: Repo, bare: Path) -> None:
    assert repo.run("secret", "edit", PATH, "--remote", bare.as_uri()).code == 2
