"""A new person, a leaver: the rules and every file together, names kept, all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra_tool import sops

if TYPE_CHECKING:
    from pathlib import Path

    from infra_tool.sops import Identity
    from tests.cli.secret.conftest import Repo

PATH = "apps/n8n/secrets.enc.yaml"
BOOTSTRAP = "bootstrap/koala/key.enc.yaml"
ENC = "\\.enc\\.ya?ml$"


@pytest.fixture(scope="module")
def nina() -> Identity:
    return sops.generate_identity()


@pytest.fixture
def two(repo: Repo) -> Repo:
    """Return the repo with a second rule, for people only, and a file of that rule."""
    people = (
        "creation_rules:\n  - path_regex: ^bootstrap/\n    encrypted_regex: ^(data|stringData)$\n"
        f"    mac_only_encrypted: true\n    age:\n      - {repo.laura.recipient} # laura\n"
    )
    repo.write(".sops.yaml", repo.read(".sops.yaml").replace("creation_rules:\n", people))
    repo.write(BOOTSTRAP, "kind: Secret\nmetadata:\n  name: key\nstringData:\n  age.agekey: x\n")
    assert repo.run("encrypt-secret", BOOTSTRAP).code == 0
    repo.commit()
    return repo


def opened_by(repo: Repo, identity: Identity, tmp_path: Path, path: str = PATH) -> bool:
    key = tmp_path / "identity.txt"
    key.write_text(identity.secret.reveal(), encoding="utf-8")
    return repo.run("secret", "view", path, "--reveal", "--identity", str(key)).code == 0


def test_list_names_who_opens_what(two: Repo) -> None:
    result = two.run("secret", "recipient", "list", "--format", "json").result("secret-recipient-list")
    assert [(entry["name"], entry["rules"], entry["files"]) for entry in result["recipients"]] == [
        ("laura", ["^bootstrap/", ENC], 2),
        ("cluster koala", [ENC], 1),
    ]
    assert two.run("secret", "recipient", "list").out.splitlines() == [
        f"laura          {two.laura.recipient}  2 files  ^bootstrap/; {ENC}",
        f"cluster koala  {two.cluster.recipient}  1 file  {ENC}",
    ]


def test_list_tells_who_opens_a_file_though_no_rule_names_them(two: Repo) -> None:
    rules = two.read(".sops.yaml")
    two.write(".sops.yaml", rules.replace(f"      - {two.cluster.recipient} # cluster koala\n", ""))
    assert two.run("secret", "recipient", "list").out.splitlines()[1] == (
        f"?      {two.cluster.recipient}  1 file  NO RULE NAMES IT"
    )


def test_a_new_person(two: Repo, nina: Identity, tmp_path: Path) -> None:
    before = two.read()
    said = two.run("secret", "recipient", "add", nina.recipient, "--name", "nina", "--format", "json")
    assert said.result("secret-recipient-add") == {
        "name": "nina",
        "key": nina.recipient,
        "rules": ["^bootstrap/", ENC],
        "files": [PATH, BOOTSTRAP],
        "commit": None,
    }
    assert opened_by(two, nina, tmp_path)
    assert opened_by(two, nina, tmp_path, BOOTSTRAP)
    kept = iter(two.read().splitlines())
    assert all(line in kept for line in before.splitlines())
    assert f"      - {nina.recipient}  # nina\n" in two.read(".sops.yaml")
    assert two.git("diff", "--numstat", "--", ".sops.yaml").startswith("2\t0\t")
    again = two.run("secret", "recipient", "add", nina.recipient, "--name", "nina")
    assert (again.code, again.out) == (0, "nina opens everything already: nothing to do\n")


def test_for_one_rule_only(two: Repo, nina: Identity, tmp_path: Path) -> None:
    assert two.run("secret", "recipient", "add", nina.recipient, "--name", "nina", "--rule", ENC).code == 0
    assert (opened_by(two, nina, tmp_path), opened_by(two, nina, tmp_path, BOOTSTRAP)) == (True, False)
    wrong = two.run("secret", "recipient", "add", nina.recipient, "--name", "nina", "--rule", "^bootstrp/")
    assert (wrong.code, wrong.err.splitlines()[-1]) == (2, "hint: did you mean ^bootstrap/?")


def test_what_a_kill_left_half_done_is_completed(two: Repo, nina: Identity, tmp_path: Path) -> None:
    assert two.run("secret", "recipient", "add", nina.recipient, "--name", "nina").code == 0
    two.git("checkout", "--", ".sops.yaml", BOOTSTRAP)
    assert two.run("secret", "recipient", "add", nina.recipient, "--name", "nina").code == 0
    assert opened_by(two, nina, tmp_path, BOOTSTRAP)
    two.commit()
    assert two.run("secret", "recipient", "remove", "nina").code == 0
    two.git("checkout", "--", ".sops.yaml", PATH)
    assert two.run("secret", "recipient", "remove", "nina").code == 0
    assert not opened_by(two, nina, tmp_path)
    assert nina.recipient not in two.read(".sops.yaml") + two.read() + two.read(BOOTSTRAP)


def test_a_leaver(two: Repo, tmp_path: Path) -> None:
    before = two.read()
    said = two.run("secret", "recipient", "remove", "cluster koala", "--format", "json")
    assert said.result("secret-recipient-remove") == {
        "name": "cluster koala",
        "key": two.cluster.recipient,
        "rules": [ENC],
        "files": [
            {
                "path": PATH,
                "added": [],
                "removed": ["cluster koala"],
                "values": ["stringData.ENCRYPTION_KEY", "stringData.API_KEY"],
            }
        ],
        "restarted": ["Deployment/n8n"],
        "commit": None,
    }
    assert not opened_by(two, two.cluster, tmp_path)
    assert opened_by(two, two.laura, tmp_path)
    assert not {word for word in before.split() if word.startswith("ENC[")} & set(two.read().split())
    assert two.git("diff", "--numstat", "--", ".sops.yaml", BOOTSTRAP) == "0\t1\t.sops.yaml\n"
    again = two.run("secret", "recipient", "remove", two.cluster.recipient)
    assert (again.code, again.out) == (0, f"{two.cluster.recipient} opens nothing: nothing to do\n")


def test_the_history_stays_readable_and_that_is_said(two: Repo) -> None:
    said = two.run("secret", "recipient", "remove", "cluster koala", "--commit")
    assert "git history keeps what could be opened before" in said.err
    assert f"  {PATH}  stringData.API_KEY" in said.err
    assert two.git("log", "-1", "--format=%s") == "chore(secrets): cluster koala opens them no more\n"


def test_all_or_nothing(two: Repo) -> None:
    two.write(PATH, two.read().replace("  API_KEY: ENC[AES256_GCM,data:", "  API_KEY: ENC[AES256_GCM,data:AAAA"))
    two.commit()
    said = two.run("secret", "recipient", "remove", "cluster koala")
    assert said.code == 3
    assert two.git("status", "--porcelain") == ""


def test_the_last_one_stays(two: Repo) -> None:
    said = two.run("secret", "recipient", "remove", "laura")
    assert (said.code, "laura is the only one who can open what this rule is for" in said.err) == (4, True)
    assert two.git("status", "--porcelain") == ""


def test_a_file_that_no_rule_is_for_is_not_left_behind(two: Repo) -> None:
    two.git("mv", PATH, "apps/n8n/renamed.yaml")
    said = two.run("secret", "recipient", "remove", "cluster koala")
    assert (said.code, "apps/n8n/renamed.yaml: no creation rule matches this path" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "AGE-SECRET-KEY-1XYZ", "--name", "x"), "is a private key"),
        (("add", "age1qqqqqqqqqqqqqqqqqqqqqqqqq", "--name", "x"), "has a wrong checksum"),
        (("add", "KEY", "--name", "laura"), "laura holds"),
        (("add", "LAURA", "--name", "other"), "laura holds"),
        (("add", "KEY"), "--name is missing"),
        (("add", "KEY", "--name", "two\nlines"), "is one line of text"),
        (("remove", "lauro"), "did you mean laura?"),
        (("remove", "AGE-SECRET-KEY-1XYZ"), "nobody is called so"),
    ],
)
def test_wrong_usage(two: Repo, nina: Identity, arguments: tuple[str, ...], words: str) -> None:
    keys = {"KEY": nina.recipient, "LAURA": two.laura.recipient}
    said = two.run("secret", "recipient", *(keys.get(word, word) for word in arguments))
    assert (said.code, words in said.err) == (2, True)
    assert "AGE-SECRET" not in said.err
    assert two.git("status", "--porcelain") == ""


def test_a_lost_key_is_one_command(two: Repo, nina: Identity, tmp_path: Path) -> None:
    """laura lost hers; with the other one that opens everything, a new one takes its place, and her name."""
    recovery = tmp_path / "recovery.txt"
    recovery.write_text(nina.secret.reveal(), encoding="utf-8")
    assert two.run("secret", "recipient", "add", nina.recipient, "--name", "recovery").code == 0
    two.commit()
    new = sops.generate_identity()
    arguments = ("secret", "recipient", "add", new.recipient, "--replace", "laura", "--identity", str(recovery))
    said = two.run(*arguments, "--format", "json")
    assert said.result("secret-recipient-add") == {
        "name": "laura",
        "key": new.recipient,
        "rules": ["^bootstrap/", ENC],
        "files": [PATH, BOOTSTRAP],
        "replaced": two.laura.recipient,
        "restarted": ["Deployment/n8n"],
        "commit": None,
    }
    assert [opened_by(two, who, tmp_path) for who in (new, nina, two.laura)] == [True, True, False]
    assert two.read(".sops.yaml").count(f"{new.recipient} # laura\n") == 2
    assert len([line for line in two.git("diff", ".sops.yaml").splitlines() if line.startswith("+ ")]) == 2
    assert two.run(*arguments).out == "laura has this key already: nothing to do\n"
    assert two.run("secret", "check", "--identity", str(recovery)).code == 0


def test_a_key_that_is_somebodys_replaces_none(two: Repo) -> None:
    before = two.read(".sops.yaml")
    said = two.run("secret", "recipient", "add", two.cluster.recipient, "--replace", "laura")
    assert (said.code, "this key is in the rules already" in said.err, two.read(".sops.yaml")) == (2, True, before)
    unknown = sops.generate_identity().recipient
    said = two.run("secret", "recipient", "add", sops.generate_identity().recipient, "--replace", unknown)
    assert (said.code, "no rule names the lost key" in said.err) == (2, True)
    assert two.run("secret", "recipient", "add", "age1x", "--replace", "laura").code == 2
    assert two.run("secret", "recipient", "add", two.cluster.recipient, "--replace", "nobody").code == 2
    said = two.run("secret", "recipient", "add", two.cluster.recipient, "--replace", "laura", "--name", "x")
    assert (said.code, "takes over the name" in said.err) == (2, True)
