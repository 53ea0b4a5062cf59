"""The real sops opens what the commands write, they open what it writes, and a repo can have it write everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra_tool import proc, sops

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.secret.conftest import Repo

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("interop_bin")]

PATH = "apps/n8n/secrets.enc.yaml"
NEW = "apps/n8n/new.enc.yaml"
BY_COMMENT = "encrypted_comment_regex: secret"
PLAIN = "kind: Secret\nmetadata:\n  name: new\nstringData:\n  A: one\n  B: two\ndata:\n  C: eA==\n"


def decrypted(repo: Repo, path: str = PATH) -> str:
    return proc.run(("sops", "decrypt", path), cwd=repo.root).stdout.decode()


def changed(before: str, after: str) -> set[str]:
    return {line.split(":")[0].strip() for line in after.splitlines() if line not in before.splitlines()}


@pytest.fixture
def by_program(repo: Repo) -> Repo:
    repo.write(".infra-tool.yaml", repo.read(".infra-tool.yaml") + "secrets:\n  backend: sops\n")
    repo.commit()
    return repo


def test_sops_opens_what_each_command_wrote(repo: Repo) -> None:
    repo.write(NEW, PLAIN)
    for arguments, stdin in (
        (("encrypt-secret", NEW), b""),
        (("secret", "set", PATH, "--from-stdin", "ADDED"), b"two\nlines\n"),
        (("secret", "set", NEW, "--from-stdin", "A"), b"yes"),
        (("secret", "unset", PATH, "API_KEY"), b""),
        (("encrypt-secret", "--from", "-", NEW), PLAIN.replace("B: two", "B: three\n  D: '0123'").encode()),
    ):
        said = repo.run(*arguments, stdin=stdin)
        assert said.code == 0, said.err
        assert decrypted(repo)
        assert decrypted(repo, NEW)
    assert "ADDED: |\n" in decrypted(repo)
    assert 'D: "0123"' in decrypted(repo, NEW)


def test_we_open_what_sops_wrote(repo: Repo) -> None:
    proc.run(("sops", "set", PATH, '["stringData"]["API_KEY"]', '"from sops"'), cwd=repo.root)
    assert repo.get("API_KEY") == "from sops"
    proc.run(("sops", "rotate", "-i", PATH), cwd=repo.root)
    assert repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", stdin=b"ours").code == 0
    assert "API_KEY: ours" in decrypted(repo)


def test_the_program_writes_where_the_repo_says_so(by_program: Repo) -> None:
    repo = by_program
    repo.write(NEW, PLAIN)
    said = repo.run("encrypt-secret", NEW)
    assert (said.code, said.out.splitlines()[0]) == (0, f"{NEW} is encrypted")
    before = repo.read(NEW)
    assert repo.run("secret", "set", NEW, "--from-stdin", "A", stdin=b"changed").code == 0
    assert changed(before, repo.read(NEW)) <= {"A", "lastmodified", "mac"}
    assert repo.run("secret", "unset", NEW, "B").code == 0
    assert (repo.get("A", NEW), repo.get("C", NEW)) == ("changed", "x")
    assert repo.run("encrypt-secret", NEW).out == f"{NEW} is encrypted already: nothing to do\n"


def test_the_program_keeps_what_did_not_change(by_program: Repo) -> None:
    repo = by_program
    repo.write(NEW, PLAIN)
    assert repo.run("encrypt-secret", NEW).code == 0
    before = repo.read(NEW)
    new = (
        PLAIN.replace("one", "changed")
        .replace("  B: two\n", "")
        .replace("  name: new", "  name: new\n  labels: {a: b}")
    )
    said = repo.run("encrypt-secret", "--from", "-", NEW, stdin=new.encode())
    assert (said.code, said.out.splitlines()[0]) == (0, f"{NEW} is encrypted anew where it changed")
    assert changed(before, repo.read(NEW)) <= {"A", "labels", "a", "lastmodified", "mac"}
    assert (repo.get("A", NEW), repo.run("secret", "get", NEW, "B").code) == ("changed", 2)
    again = repo.run("encrypt-secret", "--from", "-", NEW, stdin=new.encode())
    assert again.out == f"{NEW} is encrypted already: nothing to do\n"
    two = repo.run("encrypt-secret", "--from", "-", NEW, stdin=b"a: 1\n---\nb: 2\n")
    assert (two.code, "files of one document only" in two.err) == (3, True)


def test_without_the_program(by_program: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = proc.find("git")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").symlink_to(git)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    said = by_program.run("secret", "set", PATH, "--from-stdin", "API_KEY", stdin=b"x")
    assert (said.code, "needs the sops binary >= 3.11" in said.err, "hint: go install" in said.err) == (3, True, True)


def test_sops_opens_what_was_rotated_and_shared(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nina = sops.generate_identity()
    key = tmp_path / "nina.txt"
    key.write_text(nina.secret.reveal(), encoding="utf-8")
    assert repo.run("secret", "recipient", "add", nina.recipient, "--name", "nina").code == 0
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(key))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert "ENCRYPTION_KEY: correct-horse" in decrypted(repo)
    assert repo.run("secret", "rotate", PATH).code == 0
    assert "ENCRYPTION_KEY: correct-horse" in decrypted(repo)
    assert proc.run(("sops", "updatekeys", "--yes", PATH), cwd=repo.root).status == 0
    assert repo.run("secret", "recipient", "remove", "laura").code == 0
    assert repo.laura.recipient not in repo.read()
    assert "ENCRYPTION_KEY: correct-horse" in decrypted(repo)


def test_the_program_shares_and_rotates(by_program: Repo, tmp_path: Path) -> None:
    repo = by_program
    nina = sops.generate_identity()
    key = tmp_path / "nina.txt"
    key.write_text(nina.secret.reveal(), encoding="utf-8")
    before = {word for word in repo.read().split() if word.startswith("ENC[")}
    assert repo.run("secret", "recipient", "add", nina.recipient, "--name", "nina").code == 0
    assert {word for word in repo.read().split() if word.startswith("ENC[")} == before
    assert repo.run("secret", "get", PATH, "ENCRYPTION_KEY", "--identity", str(key)).out == "correct-horse"
    assert repo.run("secret", "recipient", "remove", "nina").code == 0
    assert nina.recipient not in repo.read()
    assert repo.run("secret", "rotate", "--all").code == 0
    assert repo.get("ENCRYPTION_KEY") == "correct-horse"


def test_sops_opens_what_was_merged(repo: Repo) -> None:
    assert repo.run("secret", "git-setup").code == 0
    for branch, key in (("other", "ADDED"), ("main", "API_KEY")):
        repo.git("checkout", "--quiet", *(("-b", branch) if branch == "other" else (branch,)))
        arguments = ("secret", "set", PATH, "--from-stdin", key, "--no-restart", "--commit")
        assert repo.run(*arguments, stdin=key.lower().encode()).code == 0
    repo.git("merge", "--no-edit", "other")
    plain = decrypted(repo)
    assert "API_KEY: api_key" in plain
    assert "ADDED: added" in plain


def test_check_has_the_program_open_what_only_it_can(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = repo.read(".sops.yaml")
    for old, new in (("\\.enc\\.ya?ml$", "\\.sops\\.yaml$"), ("encrypted_regex: ^(data|stringData)$", BY_COMMENT)):
        rules = rules.replace(old, new)
    repo.write(".sops.yaml", rules + repo.read(".sops.yaml").removeprefix("creation_rules:\n"))
    repo.write("apps/n8n/values.sops.yaml", "clear: x\n# secret\npassword: hunter2\n")
    assert repo.run("encrypt-secret", "apps/n8n/values.sops.yaml").code == 0
    text = repo.read("apps/n8n/values.sops.yaml")
    assert "hunter2" not in text
    assert "clear: x" in text
    summary = repo.run("secret", "check", "--format", "json").result("secret-check")["summary"]
    assert (summary["opened"], summary["unchecked"]) == (2, [])
    repo.write("apps/n8n/values.sops.yaml", text.replace('lastmodified: "20', 'lastmodified: "10'))
    said = repo.run("secret", "check")
    assert (said.code, "apps/n8n/values.sops.yaml:1:1: S009 error" in said.out) == (1, True)
    repo.write("apps/n8n/values.sops.yaml", text)
    git = proc.find("git")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").symlink_to(git)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    said = repo.run("secret", "check")
    assert (said.code, "needs the sops binary >= 3.11" in said.err) == (0, True)


def test_age_opens_the_data_keys(repo: Repo, tmp_path: Path) -> None:
    """Each recipient has an age file of its own, which holds the data key and nothing else."""
    found = sops.parse(repo.read().encode(), PATH)[1]
    keys = set()
    for wrapped, identity in zip(found.age, (repo.laura, repo.cluster), strict=True):
        key = tmp_path / "identity.txt"
        key.write_text(identity.secret.reveal(), encoding="utf-8")
        keys.add(proc.run(("age", "--decrypt", "--identity", str(key)), stdin=wrapped.block.encode()).stdout)
    assert [len(key) for key in keys] == [32]
    made = proc.run(("age", "--armor", "--recipient", repo.laura.recipient), stdin=next(iter(keys))).stdout.decode()
    mixed = (
        repo.read()
        .encode()
        .replace(
            found.age[0].block.replace("\n", "\n        ").rstrip().encode(),
            made.replace("\n", "\n        ").rstrip().encode(),
        )
    )
    repo.write(PATH, mixed.decode())
    assert made.splitlines()[1] in repo.read()
    assert repo.get("ENCRYPTION_KEY") == "correct-horse"
