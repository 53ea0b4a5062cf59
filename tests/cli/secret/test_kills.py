"""Killed before any step on the files: each is the old one or the new one, both open, and the same call completes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from infra_tool import proc, secrets, sops
from infra_tool.git import WorkTree
from infra_tool.secrets import Session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.secret.conftest import Repo

pytestmark = pytest.mark.slow

PATH = "apps/n8n/secrets.enc.yaml"
NEW = "apps/n8n/new.enc.yaml"
PLANTED = "hunter2-planted"
PLAIN = f"kind: Secret\nmetadata:\n  name: new\nstringData:\n  A: {PLANTED}\n"
ACTOR = """
import os, signal, sys
from infra_tool import cli
left = [int(sys.argv[1])]
def deadly(call):
    def step(*arguments, **named):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)
    return step
for name in ("replace", "unlink", "fsync"):
    setattr(os, name, deadly(getattr(os, name)))
sys.exit(cli.main(sys.argv[2:]))
"""
COMMANDS = {
    "encrypt": ("encrypt-secret", NEW),
    "set": ("secret", "set", PATH, "--generate", "API_KEY", "--generate", "ADDED"),
    "create": ("secret", "create", "apps/n8n/smtp.enc.yaml", "--generate", "PASSWORD"),
    "rotate": ("secret", "rotate", "--all"),
    "remove": ("secret", "recipient", "remove", "cluster koala"),
    "replace": ("secret", "recipient", "add", sops.generate_identity().recipient, "--replace", "cluster koala"),
}


def files(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".git" not in path.parts}


def damage(repo: Repo) -> list[str]:
    """Return what is wrong with the encrypted files, and which cannot be opened."""
    keys = sops.identities(os.environ, repo.root)
    verified = secrets.verify(WorkTree(repo.root), Session(keys=lambda: keys))
    return [each.message for each in verified.findings] + [each.reason for each in verified.unchecked]


@pytest.mark.parametrize("name", COMMANDS)
def test_old_or_new(name: str, repo: Repo) -> None:
    if name == "encrypt":
        repo.write(NEW, PLAIN)
    before = files(repo.root)
    for fault in range(1, 100):
        for path in files(repo.root).keys() - before.keys():
            path.unlink()
        for path, data in before.items():
            path.write_bytes(data)
        status = proc.run((sys.executable, "-c", ACTOR, str(fault), *COMMANDS[name]), cwd=repo.root, ok=None).status
        assert damage(repo) == []
        plain = [path for path, data in files(repo.root).items() if PLANTED.encode() in data]
        assert plain in ([], [repo.root / NEW] if name == "encrypt" and status else [])
        if status == 0:
            break
        assert status == -9
        assert repo.run(*COMMANDS[name]).code == 0
        assert damage(repo) == []
    assert fault > 2
