"""How the sops program is called, and what its exit codes become; a recording stand-in plays the program."""

import json
import os
from pathlib import Path

import pytest

from infra_tool import sops
from infra_tool.errors import InfraToolError, RefusedError, ToolMissingError, UsageError
from infra_tool.sops import MacError, NoKeyError, Rule, Selector, binary

CONFIG = b"creation_rules: []\n"
STAND_IN = """\
#!/usr/bin/env python3
import json, os, sys
with open({record!r}, "w") as out:
    json.dump({{"arguments": sys.argv[1:], "cwd": os.getcwd(), "stdin": sys.stdin.read(),
               "config": open(".sops.yaml").read() if os.path.exists(".sops.yaml") else None,
               "key": os.environ.get("SOPS_AGE_KEY_FILE")}}, out)
print("some output")
print({words!r}, file=sys.stderr)
sys.exit({status})
"""


class Program:
    """A stand-in for sops that records how it was called."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.record = place / "record.json"
        self.ends(0)

    def ends(self, status: int, words: str = "") -> None:
        path = self.place / "sops"
        path.write_text(STAND_IN.format(record=str(self.record), status=status, words=words))
        path.chmod(0o755)

    @property
    def call(self) -> dict[str, object]:
        found = json.loads(self.record.read_text())
        assert isinstance(found, dict)
        return found


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    return Program(place)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "repo"
    place.mkdir()
    (place / ".sops.yaml").write_bytes(CONFIG)
    return place


def test_flags_first_stdin_and_the_root_of_the_repo(program: Program, root: Path) -> None:
    assert binary.encrypt(b"a: hunter2\n", "apps/x.yaml", config=CONFIG, root=root) == b"some output\n"
    assert program.call["arguments"] == ["encrypt", "--filename-override", str(root / "apps/x.yaml")]
    assert program.call["cwd"] == str(root)
    assert program.call["stdin"] == "a: hunter2\n"


@pytest.mark.parametrize("checkout", [True, False])
def test_a_tree_with_other_rules_than_the_checkout_gets_its_own(
    program: Program, root: Path, *, checkout: bool
) -> None:
    other = b"creation_rules: [{}]\n"
    binary.encrypt(b"a: x\n", "apps/x.yaml", config=other, root=root if checkout else None)
    assert program.call["cwd"] != str(root)
    assert program.call["config"] == other.decode()
    assert not Path(str(program.call["cwd"])).exists()


def test_a_value_goes_by_stdin(program: Program, root: Path) -> None:
    data = binary.set_json(b"a: ENC[]\n", "apps/x.yaml", ("stringData", 'odd"key'), '"hunter2"', identity=root / "key")
    assert data == b"a: ENC[]\n"
    *flags, _target, index = program.call["arguments"]  # type: ignore[misc]  # a list in JSON
    assert flags == ["set", "--idempotent", "--value-stdin"]
    assert index == '["stringData"]["odd\\"key"]'
    assert program.call["stdin"] == '"hunter2"'
    assert program.call["key"] == str(root / "key")


def test_paths_of_keys_do_not_depend_on_where_sops_works(
    program: Program, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", "keys.txt")
    binary.decrypt(b"a: ENC[]\n", "x.yaml")
    assert program.call["key"] == str(root / "keys.txt")


@pytest.mark.parametrize(
    ("status", "words", "error", "code"),
    [
        (1, "no matching creation rules found", UsageError, 2),
        (5, "config file not found", UsageError, 2),
        (7, "bad index", UsageError, 2),
        (25, "could not decrypt hunter2", InfraToolError, 3),
        (51, "MAC mismatch: hunter2", MacError, 3),
        (128, "no identity matched", NoKeyError, 3),
        (203, "already encrypted", RefusedError, 4),
    ],
)
def test_exit_codes(program: Program, status: int, words: str, error: type[InfraToolError], code: int) -> None:
    program.ends(status, words)
    with pytest.raises(error) as caught:
        binary.decrypt(b"a: ENC[]\n", "x.yaml")
    assert type(caught.value) is error
    assert caught.value.exit_code == code
    assert caught.value.path == "x.yaml"
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_missing_program_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolMissingError, match=r"^x\.yaml: needs the sops binary >= 3\.11$") as caught:
        binary.decrypt(b"", "x.yaml")
    assert "go install" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("said", "enough"), [("sops 3.9.4 (latest)", False), ("sops 3.11.0", True), ("sops dev", True)]
)
def test_an_older_program_is_said(said: str, program: Program, *, enough: bool) -> None:
    (program.place / "sops").write_text(f"#!/bin/sh\necho '{said}'\n")
    if enough:
        binary.decrypt(b"", "x.yaml")
    else:
        with pytest.raises(ToolMissingError, match=r"needs the sops binary >= 3\.11, and 3\.9\.4 is installed"):
            binary.decrypt(b"", "x.yaml")


A = sops.generate_identity().recipient
X25519 = sops.recipient(A)
OTHERS = [
    (sops.Recipient("ssh-ed25519 AAAA", "ssh"),),
    (X25519, sops.Recipient("AB", "pgp")),
    (X25519, sops.Recipient("arn", "kms")),
    (sops.Recipient("age1pq1x", "post-quantum"),),
    (sops.Recipient("age1yubikey1x", "plugin"),),
]
DATA = Selector("encrypted_regex", "^data$")


def test_the_file_and_the_repo_choose_the_writer_not_what_is_installed() -> None:
    embedded, program = sops.BACKENDS
    assert [embedded.NAME, program.NAME] == ["embedded", "sops"]
    assert sops.writer("a.enc.yaml", (X25519,), DATA) is embedded
    assert sops.writer("a.enc.yml", (X25519, X25519), DATA) is embedded
    assert sops.writer("a.env", (X25519,), DATA) is program
    assert sops.writer("a.yaml", (X25519,), DATA, choice="sops") is program
    assert sops.writer("a.yaml", (X25519,), DATA, groups=2) is program
    assert sops.writer("a.yaml", (X25519,), Selector("encrypted_comment_regex", "x")) is program
    assert all(sops.writer("a.yaml", recipients, DATA) is program for recipients in OTHERS)


def test_the_program_writes_what_the_codec_does_not(program: Program, root: Path) -> None:
    rule = Rule(None, DATA, mac_only_encrypted=True, recipients=OTHERS[0], line=1)
    assert sops.encrypt(b"data: {a: x}\n", "a.env", rule, config=CONFIG, root=root) == b"some output\n"
    assert program.call["stdin"] == "data: {a: x}\n"
    with pytest.raises(InfraToolError, match="is of type int"):
        sops.encrypt(b"kind: Secret\nstringData:\n  A: 1\n", "a.yaml", rule, config=CONFIG, root=root)


def test_what_the_program_wrote_is_opened_and_compared(program: Program, root: Path) -> None:
    rule = Rule(None, DATA, mac_only_encrypted=True, recipients=OTHERS[0], line=1)
    with pytest.raises(InfraToolError, match="does not open to what was wanted; nothing was written"):
        sops.encrypt(b"data: {a: x}\n", "a.yaml", rule, config=CONFIG, root=root)
    assert program.call["arguments"][0] == "decrypt"  # type: ignore[index]  # a list in JSON


def test_what_is_encrypted_wholly_needs_no_program(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    data = sops.encrypt(b"data:\n  A: x\n", "a.yaml", rule)
    monkeypatch.setenv("PATH", "/nowhere")
    assert sops.encrypt(data, "a.yaml", rule, choice="sops") == data
    partly = data.replace(b"data:\n", b"data:\n  B: z\n", 1)
    with pytest.raises(InfraToolError, match="the sops program cannot complete it"):
        sops.encrypt(partly, "a.yaml", rule, choice="sops")
