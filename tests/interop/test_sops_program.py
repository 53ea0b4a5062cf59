"""Files for others than age X25519 keys, through the real sops program."""

import os
from pathlib import Path

import pytest

from infra_tool import proc, sops, yamldoc
from infra_tool.edits import MemoryTree
from infra_tool.errors import UsageError
from infra_tool.sops import Identities, MacError, NoKeyError, Rules, binary

pytestmark = pytest.mark.interop

PATH = "apps/n8n/secrets.enc.yaml"
PLAIN = b"kind: Secret\nstringData:\n  A: hunter2\n  B: other\n"


@pytest.fixture
def key(home: Path, interop_bin: Path) -> str:
    """Make an SSH key where sops looks for it, and return the public one."""
    assert interop_bin
    (home / ".ssh").mkdir()
    proc.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(home / ".ssh/id_ed25519")))
    return (home / ".ssh/id_ed25519.pub").read_text().strip()


@pytest.fixture
def rules(key: str) -> Rules:
    config = f"creation_rules:\n  - path_regex: ^apps/\n    encrypted_regex: ^(data|stringData)$\n    age: {key}\n"
    found = sops.load_rules(MemoryTree({".sops.yaml": config.encode()}))
    assert found is not None
    return found


@pytest.fixture
def data(rules: Rules) -> bytes:
    return sops.encrypt(PLAIN, PATH, rules.require(PATH), config=rules.source)


def test_sops_writes_for_an_ssh_key_and_both_open_it(data: bytes, home: Path) -> None:
    plain = yamldoc.parse(binary.decrypt(data, PATH)).documents[0].root
    assert yamldoc.text(plain, "stringData", "A") == "hunter2"
    keys = sops.identities(os.environ, home)
    assert sops.open_file(data, PATH, keys).text((0, ("stringData", "A"))) == "hunter2"
    assert [recipient.kind for recipient in sops.parse(data, PATH)[1].recipients] == ["ssh"]


def test_set_changes_three_lines(data: bytes) -> None:
    new = binary.set_json(data, PATH, ("stringData", "A"), '"new"')
    assert sum(a != b for a, b in zip(data.splitlines(), new.splitlines(), strict=True)) in (2, 3)
    assert b"hunter2" not in new
    plain = yamldoc.parse(binary.decrypt(new, PATH)).documents[0].root
    assert yamldoc.text(plain, "stringData", "A") == "new"
    assert binary.set_json(new, PATH, ("stringData", "A"), '"new"') == new


def test_exit_codes_of_the_real_one(data: bytes, rules: Rules, home: Path) -> None:
    with pytest.raises(MacError):
        binary.decrypt(data.replace(b"kind: Secret", b"kind: Other"), PATH)
    with pytest.raises(UsageError, match="creation rules"):
        binary.encrypt(PLAIN, "elsewhere.yaml", config=rules.source)
    (home / ".ssh/id_ed25519").unlink()
    with pytest.raises(NoKeyError):
        binary.decrypt(data, PATH)


def test_the_repo_can_ask_for_the_program_everywhere(tmp_path: Path, interop_bin: Path) -> None:
    assert interop_bin
    laura = sops.generate_identity()
    config = f"creation_rules:\n  - encrypted_regex: ^data$\n    age: {laura.recipient}\n".encode()
    (tmp_path / ".sops.yaml").write_bytes(config)
    rules = sops.load_rules(MemoryTree({".sops.yaml": config}))
    assert rules is not None
    source = b"data:\n\n  A: 'x' # kept by us, laid out by sops\n"
    done = sops.encrypt(source, PATH, rules.require(PATH), choice="sops", config=config, root=tmp_path)
    assert b"\n\n" not in done
    assert sops.open_file(done, PATH, Identities((laura.secret,))).text((0, ("data", "A"))) == "x"
    assert [path.name for path in tmp_path.iterdir()] == [".sops.yaml"]
