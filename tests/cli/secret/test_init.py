"""Keys and rules for a repo that somebody else laid out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from infra_tool import sops
from infra_tool.edits import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.secret.conftest import Said

PATH = "deploy/a.enc.yaml"


@pytest.fixture
def bare_repo(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(git_repo)
    (git_repo / "deploy").mkdir()
    (git_repo / PATH).write_text("kind: Secret\nmetadata:\n  name: a\nstringData:\n  A: x\n", encoding="utf-8")
    return git_repo


def test_from_nothing_to_an_encrypted_file(bare_repo: Path, home: Path, run: Callable[..., Said]) -> None:
    result = run("secret", "init", "--format", "json").result("secret-init")
    keys = sops.keys_file(os.environ, home)
    recovery = keys.parent / "recovery-repo.txt"
    assert (result["files"], result["keys"]) == ([".sops.yaml"], [str(keys), str(recovery)])
    assert list(result["recipients"]) == ["Test Person", "recovery"]
    assert {path.stat().st_mode & 0o777 for path in (keys, recovery)} == {0o600}
    assert sorted(path.name for path in bare_repo.iterdir()) == [".git", ".sops.yaml", "deploy"]
    assert run("encrypt-secret", PATH).code == 0
    assert run("secret", "get", PATH, "A", "--identity", str(recovery)).out == "x"
    before = (bare_repo / ".sops.yaml").read_bytes()
    again = run("secret", "init")
    assert (again.code, again.out) == (0, ".sops.yaml is there already: nothing to do\n")
    assert (bare_repo / ".sops.yaml").read_bytes() == before


def test_keys_that_are_there_are_used(bare_repo: Path, home: Path, run: Callable[..., Said]) -> None:
    mine, spare = sops.generate_identity(), sops.generate_identity()
    keys = sops.keys_file(os.environ, home)
    keys.parent.mkdir(parents=True)
    keys.write_text(mine.secret.reveal(), encoding="utf-8")
    said = run("secret", "init", "--recovery-recipient", spare.recipient, "--commit")
    assert said.code == 0, said.err
    assert "new private key" not in said.err
    rules = sops.load_rules(MemoryTree({".sops.yaml": (bare_repo / ".sops.yaml").read_bytes()}))
    assert rules is not None
    assert {entry.text for rule in rules.rules for entry in rule.recipients} == {mine.recipient, spare.recipient}
    other = run("secret", "init", "--recipient", sops.generate_identity().recipient)
    assert (other.code, "does not name" in other.err) == (2, True)


def test_a_dry_run_makes_no_key(bare_repo: Path, home: Path, run: Callable[..., Said]) -> None:
    assert "+creation_rules:" in run("secret", "init", "--dry-run").out
    assert run("secret", "init", "--check").code == 1
    assert not sops.keys_file(os.environ, home).exists()
    assert not (bare_repo / ".sops.yaml").exists()
