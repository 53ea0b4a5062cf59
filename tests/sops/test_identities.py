import os
from pathlib import Path

import pytest
from pyrage import encrypt, ssh  # noqa: TID253 -- a test needs no fast start

from infra_tool import proc, sops
from infra_tool.errors import InfraToolError
from infra_tool.sops import Entropy, Identities, Identity, NoKeyError, Rule, age

PLAIN = b"data:\n  A: eA==\n"


def found(home: Path, **env: str) -> Identities:
    return sops.identities({"PATH": os.environ["PATH"], **env}, home)


def key_file(place: Path, identity: Identity) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"# created: today\n# public key: {identity.recipient}\n\n{identity.secret.reveal()}\n")
    return place


def test_the_usual_file(home: Path, laura: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    key_file(home / ".config/sops/age/keys.txt", laura)
    assert found(home).x25519 == (laura.secret,)
    assert sops.keys_file({"XDG_CONFIG_HOME": "/x"}, home) == Path("/x/sops/age/keys.txt")
    monkeypatch.setattr("sys.platform", "darwin")
    assert sops.keys_file({}, home) == home / "Library/Application Support/sops/age/keys.txt"


def test_every_place_counts(home: Path, laura: Identity, tmp_path: Path) -> None:
    made = [sops.generate_identity() for _ in range(4)]
    key_file(home / ".config/sops/age/keys.txt", laura)
    command = key_file(tmp_path / "by command", made[3])
    keys = found(
        home,
        SOPS_AGE_KEY=f"{made[0].secret.reveal()} {made[1].secret.reveal()}",
        SOPS_AGE_KEY_FILE=str(key_file(tmp_path / "file", made[2])),
        SOPS_AGE_KEY_CMD=f"cat '{command}'",
    )
    assert set(keys.x25519) == {laura.secret, *(identity.secret for identity in made[:3])}
    [ask] = keys.asks
    assert ask("age1whoever").x25519 == (made[3].secret,)


def test_a_key_command_is_told_whose_key_is_wanted(
    home: Path, laura: Identity, rule: Rule, entropy: Entropy, tmp_path: Path
) -> None:
    key_file(tmp_path / laura.recipient, laura)
    command = tmp_path / "find-key"
    command.write_text(f"#!/bin/sh\necho asked >> '{tmp_path}/asked'\ncat '{tmp_path}'/$SOPS_AGE_RECIPIENT\n")
    command.chmod(0o755)
    data = sops.encrypt(PLAIN, "a.yaml", rule, entropy=entropy)
    keys = found(home, SOPS_AGE_KEY_CMD=str(command))
    assert sops.decrypt(data, "a.yaml", keys) == sops.decrypt(data, "a.yaml", keys) == PLAIN
    assert (tmp_path / "asked").read_text() == "asked\n"
    command.write_text("#!/bin/sh\necho hunter2\n")
    with pytest.raises(NoKeyError) as caught:
        sops.decrypt(data, "a.yaml", found(home, SOPS_AGE_KEY_CMD=str(command)))
    assert "SOPS_AGE_KEY_CMD: a line is no age key" in (caught.value.hint or "")
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_no_key_tells_where_it_looked_and_what_it_could_not_use(
    home: Path, rule: Rule, entropy: Entropy, tmp_path: Path
) -> None:
    protected = tmp_path / "protected"
    protected.write_text("age-encryption.org/v1\n-> scrypt x 18\n")
    (home / ".ssh").mkdir()
    proc.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "passphrase", "-f", str(home / ".ssh/id_ed25519")))
    data = sops.encrypt(PLAIN, "a.yaml", rule, entropy=entropy)
    with pytest.raises(NoKeyError) as caught:
        sops.decrypt(data, "a.yaml", found(home, SOPS_AGE_KEY_FILE=str(protected)))
    assert "it is for age1" in caught.value.message
    hint = caught.value.hint or ""
    assert "keys.txt" in hint
    assert f"SOPS_AGE_KEY_FILE ({protected}) is protected by a passphrase" in hint
    assert "id_ed25519 is protected by a passphrase" in hint


def test_what_is_no_x25519_key_is_noted_without_being_quoted(home: Path) -> None:
    lines = "AGE-SECRET-KEY-PQ-1QQQ\nAGE-PLUGIN-YUBIKEY-1QQQ\nhunter2\n"
    keys = found(home, SOPS_AGE_KEY=lines)
    assert not keys
    assert keys.notes == (
        "SOPS_AGE_KEY: a post-quantum key needs the sops program",
        "SOPS_AGE_KEY: a plugin's key needs the sops program",
        "SOPS_AGE_KEY: a line is no age key",
    )


def test_a_place_that_is_named_must_be_there(home: Path, rule: Rule, entropy: Entropy) -> None:
    with pytest.raises(InfraToolError, match="cannot read /nowhere"):
        found(home, SOPS_AGE_KEY_FILE="/nowhere")
    with pytest.raises(InfraToolError):
        sops.decrypt(
            sops.encrypt(PLAIN, "a.yaml", rule, entropy=entropy), "a.yaml", found(home, SOPS_AGE_KEY_CMD="false")
        )


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no file that even root cannot read")
def test_a_usual_place_that_cannot_be_read_is_noted(home: Path, laura: Identity) -> None:
    key_file(home / ".config/sops/age/keys.txt", laura)
    (home / ".ssh").mkdir()
    (home / ".ssh/id_rsa").symlink_to("/proc/self/mem")
    keys = found(home)
    assert keys.x25519 == (laura.secret,)
    assert keys.notes == (f"{home}/.ssh/id_rsa cannot be read: Input/output error",)


def test_an_ssh_key_opens_what_is_for_it(home: Path, tmp_path: Path) -> None:
    proc.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "id")))
    public = ssh.Recipient.from_str((tmp_path / "id.pub").read_text().strip())
    block = encrypt(b"k" * 32, [public], armored=True).decode()
    keys = sops.from_file(tmp_path / "id")
    assert age.unwrap([("", block)], keys) == b"k" * 32
    assert age.unwrap([("", block)], found(home, SOPS_AGE_SSH_PRIVATE_KEY_FILE=str(tmp_path / "id"))) == b"k" * 32


def test_a_file_without_a_usable_key_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hunter2\n")
    with pytest.raises(InfraToolError, match="holds no key that can be used") as caught:
        sops.from_file(tmp_path / "x")
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_new_pair_belongs_together_and_is_not_shown(laura: Identity) -> None:
    assert sops.recipient_of(laura.secret) == laura.recipient
    assert laura.secret.reveal().startswith("AGE-SECRET-KEY-1")
    assert laura.secret.reveal() not in f"{laura!r} {Identities((laura.secret,))!r}"
    with pytest.raises(InfraToolError, match="no private age key"):
        sops.recipient_of(sops.Secret("hunter2"))
