"""git shows and merges encrypted files by content: real branches, real merges, the program as git runs it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from infra_tool import proc, sops

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.secret.conftest import Repo

PATH = "apps/n8n/secrets.enc.yaml"
PLANTED = "hunter2-planted"
MANY = "apps/n8n/many.enc.yaml"


@pytest.fixture
def many(repo: Repo) -> Repo:
    """Return the repo with a file of many values and the drivers set up."""
    values = "".join(f"  K{number}: value-{number}\n" for number in range(8))
    repo.write(MANY, f"kind: Secret\nmetadata:\n  name: many\nstringData:\n{values}")
    assert repo.run("encrypt-secret", MANY, "--no-restart").code == 0
    assert repo.run("secret", "git-setup").code == 0
    repo.commit()
    return repo


def set_(repo: Repo, key: str, value: str) -> None:
    said = repo.run("secret", "set", MANY, "--from-stdin", key, "--commit", "--no-restart", stdin=value.encode())
    assert said.code == 0, said.err


def merge(repo: Repo) -> tuple[int, str]:
    done = proc.run(("git", "merge", "--no-edit", "other"), cwd=repo.root, ok=None)
    return done.status, (done.stdout + done.stderr).decode()


def branched(repo: Repo, ours: tuple[str, str], theirs: tuple[str, str]) -> None:
    """Set a key on each of two branches."""
    repo.git("checkout", "--quiet", "-b", "other")
    set_(repo, *theirs)
    repo.git("checkout", "--quiet", "main")
    set_(repo, *ours)


def test_set_up_once(repo: Repo) -> None:
    (repo.root / ".git/info").mkdir(exist_ok=True)
    (repo.root / ".git/info/attributes").write_text("*.bin -diff", encoding="utf-8")
    settings = repo.run("secret", "git-setup", "--format", "json").result("secret-git-setup")["settings"]
    assert {each["action"] for each in settings} == {"set"}
    text = (repo.root / ".git/info/attributes").read_text(encoding="utf-8")
    assert text.startswith("*.bin -diff\n# begin: infra-tool secret git-setup\n*.enc.yaml diff=infra-tool-secret ")
    again = repo.run("secret", "git-setup")
    assert (again.code, again.out) == (0, "git is set up already: nothing to do\n")
    assert (repo.root / ".git/info/attributes").read_text(encoding="utf-8") == text
    assert repo.git("status", "--porcelain") == ""


def test_a_diff_shows_the_value_to_whoever_has_a_key(
    many: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_(many, "K3", PLANTED)
    shown = many.git("log", "-1", "-p", "--format=%s", "--", MANY)
    changed = [line for line in shown.splitlines() if line[:1] in "+-" and line[1:3] == "  "]
    assert changed == ["-  K3: value-3", f"+  K3: {PLANTED}"]
    assert many.git("for-each-ref", "refs/notes") == ""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    blind = many.git("log", "-1", "-p", "--format=%s", "--", MANY)
    assert PLANTED not in blind
    assert "+  K3: ENC[" in blind


def test_one_side_edits_the_other_appends(many: Repo) -> None:
    branched(many, ("K7", "mine"), ("ADDED", PLANTED))
    before = many.read(MANY).splitlines()
    status, said = merge(many)
    assert status == 0, said
    assert [many.get(key, MANY) for key in ("K7", "ADDED", "K0")] == ["mine", PLANTED, "value-0"]
    new = [line.split(":")[0].strip() for line in many.read(MANY).splitlines() if line not in before]
    assert set(new) <= {"ADDED", "lastmodified", "mac"}
    assert many.run("secret", "check").code == 0
    assert PLANTED not in said


def test_a_removal_and_an_edit_elsewhere(many: Repo) -> None:
    many.git("checkout", "--quiet", "-b", "other")
    assert many.run("secret", "unset", MANY, "K2", "--commit", "--no-restart").code == 0
    many.git("checkout", "--quiet", "main")
    set_(many, "K3", "mine")
    status, said = merge(many)
    assert status == 0, said
    assert (many.get("K3", MANY), many.run("secret", "get", MANY, "K2").code) == ("mine", 2)


def test_both_sides_rotated(many: Repo) -> None:
    many.git("checkout", "--quiet", "-b", "other")
    assert many.run("secret", "rotate", MANY, "--no-restart", "--commit").code == 0
    set_(many, "K1", "theirs")
    many.git("checkout", "--quiet", "main")
    assert many.run("secret", "rotate", MANY, "--no-restart", "--commit").code == 0
    set_(many, "K2", "mine")
    status, said = merge(many)
    assert status == 0, said
    assert [many.get(key, MANY) for key in ("K1", "K2")] == ["theirs", "mine"]


def test_a_true_conflict_names_the_key(many: Repo) -> None:
    branched(many, ("K7", f"{PLANTED}-mine"), ("K7", f"{PLANTED}-theirs"))
    status, said = merge(many)
    assert status == 1
    assert f"{MANY}: both sides changed stringData.K7: the file has the value of ours" in said
    assert PLANTED not in said + many.read(MANY)
    assert "<<<<" not in many.read(MANY)
    assert many.git("ls-files", "--unmerged", "--", MANY) != ""
    assert many.get("K7", MANY) == f"{PLANTED}-mine"


def test_without_a_key_it_is_gits_own_conflict(many: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    branched(many, ("K0", "mine"), ("K7", "theirs"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    status, said = merge(many)
    assert status == 1
    assert "merged as text, since no private key here opens this file" in said
    assert "<<<<<<< ours\n" in many.read(MANY)
    assert "value" not in said


def test_who_opens_the_merged_file(many: Repo, tmp_path: Path) -> None:
    nina, rolf = sops.generate_identity(), sops.generate_identity()
    for identity, name in ((nina, "nina"), (rolf, "rolf")):
        assert many.run("secret", "recipient", "add", identity.recipient, "--name", name).code == 0
    many.commit()
    many.git("checkout", "--quiet", "-b", "other")
    assert many.run("secret", "recipient", "remove", "nina", "--no-restart").code == 0
    theirs = many.read(".sops.yaml")
    many.commit()
    many.git("checkout", "--quiet", "main")
    assert many.run("secret", "recipient", "remove", "rolf", "--no-restart").code == 0
    many.commit()
    merge(many)
    many.write(".sops.yaml", theirs.replace(f"      - {rolf.recipient}  # rolf\n", ""))
    assert {
        entry["name"]
        for entry in many.run("secret", "view", MANY, "--format", "json").result("secret-view")["recipients"]
    } == {
        "laura",
        "cluster koala",
    }
    assert many.get("K0", MANY) == "value-0"
    for identity in (nina, rolf):
        key = tmp_path / "key"
        key.write_text(identity.secret.reveal(), encoding="utf-8")
        assert many.run("secret", "get", MANY, "K0", "--identity", str(key)).code == 3


def test_the_drivers_run_without_anything_on_the_path(many: Repo) -> None:
    held = many.git("config", "--get", "merge.infra-tool-secret.driver")
    assert held.startswith(sys.executable)
    assert os.access(sys.executable, os.X_OK)
