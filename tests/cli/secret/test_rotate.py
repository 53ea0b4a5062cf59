"""A new data key and the recipients of the rule; all files or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra_tool import sops

if TYPE_CHECKING:
    from tests.cli.secret.conftest import Repo

PATH = "apps/n8n/secrets.enc.yaml"
OTHER = "apps/n8n/other.enc.yaml"
PLAIN = """\
# head
kind: Secret
metadata:
  name: other
stringData:
  A: |
    two
    lines
  # about B
  B: b # beside
"""


def tokens(text: str) -> set[str]:
    return {word for word in text.split() if word.startswith("ENC[")}


def test_everything_is_encrypted_anew(repo: Repo) -> None:
    before = repo.read()
    result = repo.run("secret", "rotate", PATH, "--format", "json").result("secret-rotate")
    assert result == {
        "files": [
            {
                "path": PATH,
                "added": [],
                "removed": [],
                "values": ["stringData.ENCRYPTION_KEY", "stringData.API_KEY"],
            }
        ],
        "restarted": ["Deployment/n8n"],
        "commit": None,
    }
    assert not tokens(before) & tokens(repo.read())
    assert (repo.get("ENCRYPTION_KEY"), repo.get("API_KEY")) == ("correct-horse", "stub")
    assert "infra-tool/stub-keys: API_KEY" in repo.read()


def test_the_rule_says_for_whom(repo: Repo) -> None:
    new = sops.generate_identity()
    rules = repo.read(".sops.yaml").replace(f"{repo.cluster.recipient} # cluster koala", f"{new.recipient} # nina")
    repo.write(".sops.yaml", rules)
    said = repo.run("secret", "rotate", PATH, "--no-restart")
    assert said.out == f"{PATH} has a new data key (nina opens it now, {repo.cluster.recipient} no more)\n"
    assert "changed where it comes from" in said.err
    assert f"  {PATH}  stringData.API_KEY" in said.err
    assert repo.cluster.recipient not in repo.read()
    assert "apps/n8n/deployment.yaml" not in repo.git("status", "--porcelain")


def test_layout_and_comments_stay(repo: Repo) -> None:
    repo.write(OTHER, PLAIN)
    assert repo.run("encrypt-secret", OTHER).code == 0
    before = repo.read(OTHER)
    assert repo.run("secret", "rotate", "--all").code == 0
    shape = [line.split("ENC[")[0] for line in before.split("sops:")[0].splitlines()]
    assert [line.split("ENC[")[0] for line in repo.read(OTHER).split("sops:")[0].splitlines()] == shape
    assert not tokens(before) & tokens(repo.read(OTHER))
    assert repo.get("A", OTHER) == "two\nlines\n"


def test_permissions_stay(repo: Repo) -> None:
    (repo.root / PATH).chmod(0o755)
    repo.commit()
    assert repo.run("secret", "rotate", "--all", "--commit").code == 0
    assert repo.git("ls-files", "--stage", PATH).startswith("100755 ")
    assert (repo.root / PATH).stat().st_mode & 0o777 == 0o755


def test_all_or_none(repo: Repo) -> None:
    stranger = sops.generate_identity().recipient
    rules = repo.read(".sops.yaml")
    repo.write(".sops.yaml", rules.replace(repo.laura.recipient, stranger))
    repo.write(OTHER, PLAIN)
    assert repo.run("encrypt-secret", OTHER).code == 0
    repo.write(".sops.yaml", rules)
    repo.commit()
    said = repo.run("secret", "rotate", "--all")
    assert (said.code, f"error: {OTHER}: no private key here opens this file" in said.err) == (3, True)
    assert repo.git("status", "--porcelain") == ""


def test_a_file_that_no_rule_is_for(repo: Repo) -> None:
    repo.git("mv", PATH, "apps/n8n/renamed.yaml")
    said = repo.run("secret", "rotate", "--all")
    assert (said.code, "apps/n8n/renamed.yaml: no creation rule matches this path" in said.err) == (2, True)


def test_what_is_meant_must_be_said(repo: Repo) -> None:
    assert repo.run("secret", "rotate").code == 2
    assert repo.run("secret", "rotate", PATH, "--all").code == 2
    plain = repo.run("secret", "rotate", "apps/n8n/deployment.yaml")
    assert (plain.code, "is not encrypted" in plain.err) == (3, True)
