"""Planted values are found nowhere afterwards: files, output, arguments and environment of child processes."""

from __future__ import annotations

import base64
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from infra_tool import sops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.secret.conftest import Repo, Said

PATH = "apps/n8n/secrets.enc.yaml"
NEW = "apps/n8n/new.enc.yaml"
WORDS = ("planted-stdin", "planted-plain", "planted-comment", "planted-update")
SPY = """\
#!/bin/sh
{ printf '%s\\n' "$@"; env; } >> "$SPY_LOG"
exec REAL "$@"
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """Have every git and sops that is started write down its arguments and environment first."""
    if "interop" in request.keywords:
        request.getfixturevalue("interop_bin")
    place = tmp_path / "spies"
    place.mkdir()
    for program in ("git", "sops"):
        if real := shutil.which(program):
            (place / program).write_text(SPY.replace("REAL", real), encoding="utf-8")
            (place / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SOPS_EDITOR", "true")
    monkeypatch.setenv("SPY_LOG", str(tmp_path / "spy.log"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "tmp").mkdir()
    return tmp_path / "spy.log"


def forms(word: str) -> Iterator[bytes]:
    """Yield a word as it could be found: as it is, and in base64 at each of three offsets."""
    yield word.encode()
    for offset in range(3):
        yield base64.b64encode(b"_" * offset + word.encode())[offset and 4 : -4]


def found(places: list[Path], said: list[Said]) -> list[str]:
    wanted = [form for word in WORDS for form in forms(word)]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    hits = [str(path) for path in files if any(form in path.read_bytes() for form in wanted)]
    spoken = [text.out + text.err for text in said]
    return hits + [text for text in spoken if any(form in text.encode() for form in wanted)]


def everything(repo: Repo) -> list[Said]:
    """Run each command that handles values; what is left is the repo as a person would push it."""
    plain = (
        "kind: Secret\nmetadata:\n  name: new\nstringData:\n  # planted-comment\n  A: planted-plain # planted-comment\n"
    )
    said = []

    def run(*arguments: str, stdin: str = "") -> None:
        said.append(repo.run(*arguments, stdin=stdin.encode()))

    for how in ("--dry-run", "--check", "--commit"):
        repo.write(NEW, plain)
        run("encrypt-secret", NEW, how)
        run("secret", "set", PATH, "--from-stdin", "API_KEY", how, stdin="planted-stdin\n")
        run("secret", "set", PATH, "--from-stdin", "ADDED", how, stdin="planted-stdin\nplanted-stdin\n")
    run("encrypt-secret", "--from", "-", NEW, stdin=plain.replace("A: ", "B: planted-update\n  A: "))
    run("secret", "unset", PATH, "ENCRYPTION_KEY")
    run("secret", "view", PATH)
    run("encrypt-secret", PATH, NEW)
    made = "apps/n8n/made.enc.yaml"
    run("secret", "create", made, "--from-stdin", "A", stdin="planted-stdin")
    run("secret", "create", made, "--from-stdin", "A", stdin="planted-update")
    run("secret", "import", made, "-", stdin="B='planted-plain'\nC=planted-comment planted-comment\n")
    run("secret", "import", made, "-", stdin="planted-plain\n")
    run("secret", "edit", made)
    run("secret", "recipient", "add", sops.generate_identity().recipient, "--name", "nina")
    run("secret", "recipient", "remove", "nina")
    run("secret", "rotate", "--all")
    run("secret", "check")
    run("lint")
    spoilt = repo.read(NEW).replace("A: ENC", "A: [planted-plain]\n  Z: ENC")
    repo.write(NEW, spoilt)
    run("encrypt-secret", NEW)
    run("secret", "set", PATH, "planted-stdin=planted-plain")
    run("secret", "set", PATH, "A=planted-plain")
    (repo.root / NEW).unlink()
    repo.git("checkout", "--", NEW)
    return said


def test_embedded(repo: Repo, tmp_path: Path, home: Path, log: Path) -> None:
    said = everything(repo)
    assert repo.get("ADDED") == "planted-stdin\nplanted-stdin\n"
    assert repo.get("B", "apps/n8n/made.enc.yaml") == "planted-plain"
    assert repo.get("A", NEW) == "planted-plain"
    assert "git\n" in log.read_text() or "ls-files" in log.read_text()
    assert found([tmp_path, home], said) == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for number, text in enumerate((b"xx planted-stdin", base64.b64encode(b"?planted-plain??"))):
        (tmp_path / str(number)).write_bytes(text)
    assert len(found([tmp_path], [])) == 2


@pytest.mark.interop
def test_by_the_sops_program(repo: Repo, tmp_path: Path, home: Path, log: Path) -> None:
    repo.write(".infra-tool.yaml", repo.read(".infra-tool.yaml") + "secrets:\n  backend: sops\n")
    repo.commit()
    said = everything(repo)
    assert repo.get("ADDED") == "planted-stdin\nplanted-stdin\n"
    assert repo.get("B", "apps/n8n/made.enc.yaml") == "planted-plain"
    assert "--value-stdin" in log.read_text()
    assert found([tmp_path, home], said) == []
