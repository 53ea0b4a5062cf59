"""Encrypted files that are no YAML, which only the sops program writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra_tool import proc

if TYPE_CHECKING:
    from tests.cli.secret.conftest import Repo

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("interop_bin")]


FILES = {
    "bin": "planted",
    "txt": "planted",
    "json": '{"a": "planted"}',
    "env": "A=planted\n",
    "ini": "[a]\nb = planted\n",
}


@pytest.mark.parametrize("ending", FILES)
@pytest.mark.parametrize("again", [("encrypt-secret",), ("secret", "rotate")])
def test_encrypted_once(repo: Repo, ending: str, again: tuple[str, ...]) -> None:
    path = f"apps/n8n/x.enc.{ending}"
    rule = f"  - path_regex: \\.enc\\.[a-z]+$\n    age: {repo.laura.recipient}\n"
    repo.write(".sops.yaml", repo.read(".sops.yaml") + rule)
    repo.write(path, FILES[ending])
    assert repo.run("encrypt-secret", path).code == 0
    before = repo.read(path)
    said = repo.run(*again, path)
    assert (said.code, "planted" in said.err) == (4, False), said.err
    assert repo.read(path) == before
    assert b"planted" in proc.run(("sops", "decrypt", path), cwd=repo.root).stdout
