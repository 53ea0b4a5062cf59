"""Encrypt files in place: on disk, in a commit, in a push; what is refused, and what a dry run shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.secret.conftest import Repo

PATH = "apps/n8n/secrets.enc.yaml"
NEW = "apps/n8n/new.enc.yaml"
PLAIN = """\
# top
apiVersion: v1
kind: Secret
metadata:
  name: new # plain
stringData:

  TOKEN: 'hunter2-planted' # hunter2-planted
  PEM: |
    hunter2-planted
    second line
"""


def test_in_place_and_again(repo: Repo) -> None:
    repo.write(NEW, PLAIN)
    said = repo.run("encrypt-secret", NEW, "--format", "json")
    assert said.result("encrypt-secret") == {"files": [{"path": NEW, "action": "encrypted"}], "commit": None}
    text = repo.read(NEW)
    assert "hunter2" not in text
    assert text.startswith(
        "# top\napiVersion: v1\nkind: Secret\nmetadata:\n  name: new # plain\nstringData:\n\n  TOKEN: ENC"
    )
    assert repo.get("PEM", NEW) == "hunter2-planted\nsecond line\n"
    again = repo.run("encrypt-secret", NEW, PATH)
    assert again.out == "".join(f"{path} is encrypted already: nothing to do\n" for path in (NEW, PATH))
    assert repo.read(NEW) == text


def test_pods_restart_unless_told_otherwise(repo: Repo) -> None:
    before = repo.read("apps/n8n/deployment.yaml")
    repo.write(NEW, PLAIN)
    assert repo.run("encrypt-secret", NEW, "--no-restart").code == 0
    assert repo.read("apps/n8n/deployment.yaml") == before
    repo.write(NEW, PLAIN)
    assert repo.run("encrypt-secret", NEW).code == 0
    assert repo.read("apps/n8n/deployment.yaml") != before


def test_a_file_that_git_ignores(repo: Repo) -> None:
    repo.write(".gitignore", "*.enc.yaml\n")
    repo.write(NEW, PLAIN)
    assert repo.run("encrypt-secret", NEW).code == 0
    assert "TOKEN: ENC[" in repo.read(NEW)


def test_from_a_sub_directory(repo: Repo) -> None:
    repo.write(NEW, PLAIN)
    said = repo.run("-C", str(repo.root / "apps"), "encrypt-secret", "n8n/new.enc.yaml")
    assert said.out == f"{NEW} is encrypted\n"


def test_a_dry_run_shows_no_plain_text(repo: Repo) -> None:
    repo.write(NEW, PLAIN)
    said = repo.run("encrypt-secret", NEW, "--dry-run")
    assert "hunter2" not in said.out + said.err
    assert "second line" not in said.out
    assert "+  TOKEN: ENC[" in said.out
    assert '-        infra-tool/secrets: "' in said.out
    assert repo.read(NEW) == PLAIN


def test_a_check_is_1_when_something_is_plain(repo: Repo) -> None:
    assert repo.run("encrypt-secret", PATH, "--check").code == 0
    repo.write(NEW, PLAIN)
    assert repo.run("encrypt-secret", NEW, "--check").code == 1
    assert repo.read(NEW) == PLAIN


def test_a_commit_and_the_file_on_disk(repo: Repo) -> None:
    repo.write(NEW, PLAIN)
    repo.write("apps/n8n/note.txt", "mine\n")
    repo.git("add", "apps/n8n/note.txt")
    said = repo.run("encrypt-secret", NEW, "--commit")
    assert said.code == 0, said.err
    assert repo.git("log", "-1", "--format=%s", "--name-only").split("\n\n") == [
        f"chore(secrets): encrypt {NEW}",
        f"apps/n8n/deployment.yaml\n{NEW}\n",
    ]
    assert repo.git("status", "--porcelain") == "A  apps/n8n/note.txt\n"
    assert repo.git("show", f"HEAD:{NEW}") == repo.read(NEW)


def test_a_push_leaves_no_plain_text_on_disk(repo: Repo, bare: Path) -> None:
    repo.push_to(bare)
    repo.write(NEW, PLAIN)
    said = repo.run("encrypt-secret", NEW, "--push")
    assert said.code == 0, said.err
    assert repo.git("status", "--porcelain") == ""
    assert repo.git("rev-parse", "HEAD") == repo.git("ls-remote", str(bare), "main").split()[0] + "\n"
    assert repo.get("TOKEN", NEW) == "hunter2-planted"


def test_what_somebody_else_pushed_meanwhile_is_not_lost(repo: Repo, bare: Path) -> None:
    repo.push_to(bare)
    assert repo.run("secret", "set", PATH, "--from-stdin", "API_KEY", "--push", stdin=b"theirs").code == 0
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    unchanged = repo.run("encrypt-secret", PATH, "--push")
    assert unchanged.out == f"{PATH} is encrypted already: nothing to do\n"
    repo.write(PATH, PLAIN)
    said = repo.run("encrypt-secret", PATH, "--push")
    assert (said.code, said.err) == (
        3,
        f"error: {PATH}: was changed on the branch by somebody else\nhint: git pull, then again\n",
    )
    assert "hunter2" not in repo.read(PATH)


def test_a_remote_without_a_checkout(repo: Repo, bare: Path, tmp_path: Path) -> None:
    repo.write(NEW, PLAIN)
    repo.commit()
    repo.push_to(bare)
    shown = repo.run("encrypt-secret", NEW, "--remote", bare.as_uri(), "--dry-run", "-C", str(tmp_path))
    assert (shown.code, "hunter2" in shown.out + shown.err) == (0, False)
    said = repo.run("encrypt-secret", NEW, "--remote", bare.as_uri(), "-C", str(tmp_path))
    assert said.code == 0, said.err
    assert "TOKEN: ENC[" in repo.git("--git-dir", str(bare), "show", f"main:{NEW}")


def test_from_a_plain_file_what_did_not_change_is_kept(repo: Repo, tmp_path: Path) -> None:
    repo.write(NEW, PLAIN)
    assert repo.run("encrypt-secret", NEW).code == 0
    before = repo.read(NEW).splitlines()
    plain = tmp_path / "plain.yaml"
    plain.write_text(PLAIN.replace("'hunter2-planted'", "changed"), encoding="utf-8")
    said = repo.run("encrypt-secret", "--from", str(plain), NEW)
    assert said.out == f"{NEW} is encrypted anew where it changed\n"
    changed = [line.split(":")[0].strip() for line in repo.read(NEW).splitlines() if line not in before]
    assert changed in (["TOKEN", "lastmodified", "mac"], ["TOKEN", "mac"])
    piped = repo.run("encrypt-secret", "--from", "-", NEW, stdin=plain.read_bytes())
    assert piped.out == f"{NEW} is encrypted already: nothing to do\n"


WRONG = [
    ("no rule", "apps/n8n/plain.yaml", PLAIN, 2, "no creation rule matches this path"),
    ("int", NEW, PLAIN.replace("'hunter2-planted'", "4711"), 3, f"{NEW}:8: stringData.TOKEN is of type int"),
    ("anchor", NEW, PLAIN.replace("'hunter2", "&a 'hunter2"), 3, f"{NEW}:8: anchor &a stands on a value"),
    ("list", NEW, PLAIN.replace("'hunter2-planted'", "[hunter2-planted]"), 3, "stringData.TOKEN is a list or mapping"),
    ("nothing", NEW, PLAIN.replace("stringData", "stringdata"), 3, "selects no value of this file"),
    ("base64", NEW, PLAIN.replace("stringData", "data"), 3, "data.TOKEN is not base64"),
    ("syntax", NEW, PLAIN.replace("planted'", "planted"), 3, f"{NEW}:"),
]


@pytest.mark.parametrize(
    ("path", "text", "code", "words"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_what_is_refused_stays_as_it_is(repo: Repo, path: str, text: str, code: int, words: str) -> None:
    repo.write(path, text)
    said = repo.run("encrypt-secret", path)
    assert said.code == code
    assert words in said.err
    assert "hunter2" not in said.err
    assert "4711" not in said.err
    assert repo.read(path) == text


@pytest.mark.parametrize(
    ("recipient", "words"),
    [
        ("age1qqqqqqqqqqqqqqqqqqqqqq", "has a wrong checksum"),
        ("someone@example.test", "is no age recipient"),
        ("", "names no recipient"),
    ],
)
def test_rules_that_nobody_can_be_encrypted_by(repo: Repo, recipient: str, words: str) -> None:
    text = repo.read(".sops.yaml")
    keys = f"      - {recipient}\n" if recipient else "      []\n"
    repo.write(".sops.yaml", text[: text.index("      - age1")] + keys)
    repo.write(NEW, PLAIN)
    said = repo.run("encrypt-secret", NEW)
    assert said.code == 2
    assert words in said.err
    assert ".sops.yaml:" in said.err
    assert repo.read(NEW) == PLAIN


def test_what_is_no_file_to_encrypt(repo: Repo) -> None:
    (repo.root / "apps/n8n/link.enc.yaml").symlink_to("secrets.enc.yaml")
    for path, words in {
        "apps/n8n/nowhere.enc.yaml": "no such file",
        "apps/n8n/link.enc.yaml": "is a symlink",
        "apps/n8n": "is a directory",
        "../outside.enc.yaml": "is not inside of the infra repo",
    }.items():
        said = repo.run("encrypt-secret", path)
        assert (said.code, words in said.err) == (2, True), said.err
    assert repo.run("encrypt-secret", "--from", PATH, NEW, PATH).code == 2


@pytest.mark.parametrize("command", [("encrypt-secret", NEW), ("encrypt-secret", "--from", "-", NEW)])
def test_a_value_that_programs_take_for_different_things(command: tuple[str, ...], repo: Repo) -> None:
    plain = "kind: Values\ndata:\n  mode: 0755\n"
    repo.write(NEW, plain)
    said = repo.run(*command, stdin=plain.encode())
    assert (said.code, repo.read(NEW)) == (3, plain)
    assert f"{NEW}:3: data.mode is of type int" in said.err
    assert 'put the value in quotes: mode: "..."; --accept-types takes it as it is' in said.err
    assert repo.run(*command, "--accept-types", stdin=plain.encode()).code == 0
    assert "mode: ENC[" in repo.read(NEW)
    assert repo.run("secret", "rotate", NEW).code == 0
