"""Private keys of people: found or made where sops looks, never inside a repo."""

import os
import stat
from pathlib import Path

import pytest

from infra_tool import proc, sops
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.scaffold import keys


def personal(home: Path) -> keys.Key:
    return keys.personal(os.environ, home)


def test_a_new_key_is_written_for_its_owner_alone_and_found_again(home: Path) -> None:
    made = personal(home)
    assert made.path == home / ".config/sops/age/keys.txt"
    assert not made.path.exists()
    keys.save(made)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    again = personal(home)
    assert (again.recipient, again.unsaved) == (made.recipient, None)
    assert f"# public key: {made.recipient}\n" in made.path.read_text()


def test_the_first_key_of_a_file_counts(tmp_path: Path) -> None:
    one, two = sops.generate_identity(), sops.generate_identity()
    path = tmp_path / "keys.txt"
    path.write_text(f"# mine\n{one.secret.reveal()}\n{two.secret.reveal()}\n")
    assert keys.at(path, flag="--recipient").recipient == one.recipient


def test_a_key_that_is_there_is_never_written_over(home: Path) -> None:
    made = personal(home)
    made.path.parent.mkdir(parents=True)
    made.path.write_text("someone was faster\n")
    with pytest.raises(InfraToolError, match="cannot write the new key"):
        keys.save(made)
    assert made.path.read_text() == "someone was faster\n"


def test_a_new_key_inside_a_repo_is_refused(git_repo: Path) -> None:
    with pytest.raises(UsageError, match="does not belong there") as caught:
        keys.at(git_repo / "new/recovery.txt", flag="--recovery-out")
    assert "--recovery-out" in caught.value.hint


def test_a_new_key_inside_of_what_becomes_a_repo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    for path in (tmp_path / "infra/keys/recovery.txt", tmp_path / "link/infra/recovery.txt"):
        with pytest.raises(UsageError, match="does not belong there"):
            keys.at(path, flag="--recovery-out", future=tmp_path / "infra")
    assert keys.at(tmp_path / "infra-recovery.txt", flag="--recovery-out", future=tmp_path / "infra").unsaved


def test_a_file_without_a_key_of_the_ordinary_kind_is_told(tmp_path: Path) -> None:
    proc.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")))
    with pytest.raises(UsageError, match="holds no age key"):
        keys.at(tmp_path / "key", flag="--recipient")


def test_a_new_key_shows_in_no_repr(home: Path) -> None:
    made = personal(home)
    assert made.unsaved.secret.reveal() not in repr(made)


@pytest.mark.parametrize("text", ["age1", "ssh-nonsense", "AGE-SECRET-KEY-1QQQ", ""])
def test_what_is_no_recipient(text: str) -> None:
    with pytest.raises(UsageError):
        keys.given(text)
