"""Remove keys: their line, their stub, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.secret.conftest import Repo

PATH = "apps/n8n/secrets.enc.yaml"


def test_a_key_goes_with_its_stub(repo: Repo) -> None:
    before = repo.read()
    result = repo.run("secret", "unset", PATH, "API_KEY", "--format", "json").result("secret-unset")
    assert result == {
        "path": PATH,
        "keys": [{"key": "API_KEY", "action": "removed"}],
        "restarted": ["Deployment/n8n"],
        "commit": None,
    }
    new = [line.split(":")[0].strip() for line in repo.read().splitlines() if line not in before]
    gone = [line.split(":")[0].strip() for line in before.splitlines() if line not in repo.read()]
    assert set(new) <= {"lastmodified", "mac"}
    assert set(gone) - set(new) <= {"API_KEY", "annotations", "infra-tool/stub-keys", "lastmodified"}
    assert repo.get("ENCRYPTION_KEY") == "correct-horse"


def test_again_is_nothing_to_do(repo: Repo) -> None:
    assert repo.run("secret", "unset", PATH, "API_KEY", "--commit").code == 0
    said = repo.run("secret", "unset", PATH, "API_KEY", "--commit")
    assert (said.code, said.out, said.err) == (0, f"{PATH}: API_KEY is not there: nothing to do\n", "")
    assert repo.git("log", "-1", "--format=%s") == f"chore(secrets): remove API_KEY from {PATH}\n"


def test_a_misspelt_key(repo: Repo) -> None:
    said = repo.run("secret", "unset", PATH, "APIKEY", "--check")
    assert (said.code, said.err) == (0, "warning: there is no key APIKEY; did you mean API_KEY?\n")


def test_the_last_value_is_refused(repo: Repo) -> None:
    before = repo.read()
    said = repo.run("secret", "unset", PATH, "API_KEY", "ENCRYPTION_KEY")
    assert (said.code, "ENCRYPTION_KEY is the last value of this file" in said.err) == (4, True)
    assert repo.read() == before


def test_a_key_under_both_fields(repo: Repo) -> None:
    path = "apps/n8n/both.enc.yaml"
    repo.write(path, "kind: Secret\nmetadata:\n  name: a\ndata:\n  A: eA==\nstringData:\n  A: x\n  B: z\n")
    assert repo.run("encrypt-secret", path).code == 0
    assert repo.run("secret", "unset", path, "A").code == 0
    text = repo.read(path)
    assert "A: " not in text
    assert "\ndata:" not in text
    assert repo.get("B", path) == "z"
