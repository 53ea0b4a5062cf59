import pytest

from infra_tool import sops
from infra_tool.sops import bech32, names
from infra_tool.sops.recipients import recipient

# The example key of the age specification, and two texts of BIP 173.
KEY = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


def test_kinds() -> None:
    assert recipient(sops.generate_identity().recipient).kind == "x25519"
    assert recipient(KEY) == sops.Recipient(KEY, "x25519")
    assert recipient("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7").kind == "ssh"
    assert recipient("ssh-rsa AAAA").kind == "ssh"
    assert recipient("nonsense").kind == "unknown"


@pytest.mark.parametrize("prefix", ["age1yubikey", "age1pq", "age"])
def test_the_checksum_counts_for_plugins_and_post_quantum_keys_too(prefix: str) -> None:
    assert recipient(f"{prefix}1qqqqqqqqqqqq").problem


@pytest.mark.parametrize("place", [4, 20, 40, 61])
def test_one_mistyped_character_is_found(place: int) -> None:
    wrong = KEY[:place] + ("q" if KEY[place] != "q" else "p") + KEY[place + 1 :]
    assert "wrong checksum" in (recipient(wrong).problem or "")


@pytest.mark.parametrize("wrong", [KEY[:-1], KEY + "q", KEY.upper()[:10] + KEY[10:], "age1", "age1b"])
def test_a_broken_key_has_a_reason(wrong: str) -> None:
    assert recipient(wrong).problem


def test_a_private_key_in_place_of_a_public_one_is_named_but_not_quoted() -> None:
    secret = sops.generate_identity().secret.reveal()
    found = recipient(secret)
    assert found.kind == "unknown"
    assert "private key" in (found.problem or "")
    assert secret not in (found.problem or "")


def test_bech32_of_the_specification() -> None:
    assert bech32.decode("A12UEL5L") == ("a", b"")
    assert bech32.decode("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w")[0] == "split"
    for wrong in ("pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8"):
        with pytest.raises(ValueError, match=r"\S"):
            bech32.decode(wrong)


def test_names_stand_beside_above_or_as_the_anchor() -> None:
    other, third = sops.generate_identity().recipient, sops.generate_identity().recipient
    text = f"keys:\n  - &laura {KEY}\n  # cluster koala\n  - {other}\n  - {third} # recovery, in the safe\n"
    assert names.of(text) == {KEY: "laura", other: "cluster koala", third: "recovery, in the safe"}


def test_a_line_with_two_keys_names_none_and_a_commented_key_is_no_key() -> None:
    other = sops.generate_identity().recipient
    assert names.of(f"age: {KEY},{other} # both\n# - {KEY} # was laura\n") == {}
