"""Changing one value changes three lines; the same content changes none; planning again gives the same bytes."""

import difflib
from datetime import UTC, datetime

import pytest

from infra_tool import sops, yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.sops import Entropy, Identities, Opened, Rule
from infra_tool.splice import apply

SOURCE = "# head\nkind: Secret\nstringData:\n" + "".join(f"  K{i}: value-{i} # c{i}\n" for i in range(20))
LATER = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def opened(rule: Rule, entropy: Entropy, keys: Identities) -> Opened:
    return sops.open_file(sops.encrypt(SOURCE.encode(), "a.yaml", rule, entropy=entropy), "a.yaml", keys)


def changed(old: bytes, new: bytes) -> list[str]:
    lines = difflib.ndiff(old.decode().splitlines(), new.decode().splitlines())
    return [line[2:].split(":")[0].strip() for line in lines if line.startswith("+ ")]


def test_one_of_twenty_values_is_three_lines(opened: Opened, keys: Identities) -> None:
    plain = yamldoc.parse(SOURCE.replace("value-7", "hunter2").encode(), "a.yaml")
    data = sops.update(opened, plain, Entropy(now=LATER))
    assert changed(opened.file.data, data) == ["K7", "lastmodified", "mac"]
    assert sops.open_file(data, "a.yaml", keys).text((0, ("stringData", "K7"))) == "hunter2"


def test_equal_content_gives_the_old_bytes(opened: Opened) -> None:
    assert sops.update(opened, yamldoc.parse(SOURCE.encode(), "a.yaml"), Entropy(now=LATER)) == opened.file.data


def test_content_of_which_nothing_would_be_encrypted(opened: Opened) -> None:
    with pytest.raises(InfraToolError, match="selects no value of this file"):
        sops.update(opened, yamldoc.parse(b"kind: Secret\nstringdata: {A: hunter2}\n", "a.yaml"), Entropy())


def test_keys_that_come_go_and_move_leave_the_others(opened: Opened, keys: Identities) -> None:
    source = SOURCE.replace("  K3: value-3 # c3\n", "").replace("  K9:", "  NEW: x\n  K9:")
    data = sops.update(opened, yamldoc.parse(source.encode(), "a.yaml"), Entropy(now=LATER))
    assert changed(opened.file.data, data) == ["NEW", "lastmodified", "mac"]
    assert sops.decrypt(data, "a.yaml", keys).decode().count("value-") == 19


def test_equal_items_of_a_list_keep_a_ciphertext_each(rule: Rule, keys: Identities) -> None:
    source = b"data:\n- same\n- same\n- same\n"
    data = sops.encrypt(source, "a.yaml", rule)
    tokens = [line for line in data.splitlines() if line.startswith(b"- ENC")]
    assert len(set(tokens)) == 3
    opened = sops.open_file(data, "a.yaml", keys)
    assert sops.update(opened, yamldoc.parse(source, "a.yaml"), Entropy()) == data
    fewer = sops.update(opened, yamldoc.parse(b"data:\n- same\n- same\n", "a.yaml"), Entropy())
    assert [line for line in fewer.splitlines() if line.startswith(b"- ENC")] == tokens[:2]


def test_a_value_that_moves_to_another_key_gets_a_new_ciphertext(opened: Opened, keys: Identities) -> None:
    source = SOURCE.replace("K1: value-1 ", "K1: value-2 ").replace("K2: value-2 ", "K2: value-1 ")
    data = sops.update(opened, yamldoc.parse(source.encode(), "a.yaml"), Entropy(now=LATER))
    assert changed(opened.file.data, data) == ["K1", "K2", "lastmodified", "mac"]
    assert sops.open_file(data, "a.yaml", keys).text((0, ("stringData", "K1"))) == "value-2"


def test_new_content_must_be_plain(opened: Opened) -> None:
    with pytest.raises(InfraToolError, match="the new content must be plain"):
        sops.update(opened, opened.file, Entropy())


def test_a_token_in_place_and_a_new_mac(opened: Opened, keys: Identities) -> None:
    place = (0, ("stringData", "K4"))
    token = sops.token(opened, place, "hunter2", Entropy(now=LATER))
    edit = sops.placed(opened.file, opened.values[place].leaf, token)
    data = sops.reseal(opened, apply(opened.file.data, [edit]), Entropy(now=LATER))
    assert changed(opened.file.data, data) == ["K4", "lastmodified", "mac"]
    assert sops.open_file(data, "a.yaml", keys).text(place) == "hunter2"


def test_no_new_mac_for_what_is_not_what_was_wanted(opened: Opened) -> None:
    place = (0, ("stringData", "K4"))
    assert sops.reseal(opened, opened.file.data, Entropy(now=LATER), {place: "value-4"}) != opened.file.data
    for wanted in ("another", None):
        with pytest.raises(InfraToolError, match=r": K4 does not hold what was wanted; nothing was written$"):
            sops.reseal(opened, opened.file.data, Entropy(now=LATER), {place: wanted})


def test_unknown_metadata_and_its_order_stay(opened: Opened, keys: Identities) -> None:
    data = opened.file.data.replace(b"sops:\n", b"sops:\n  future: {a: [1, 2]}\n").replace(
        b"  version: 3.13.2\n", b"  version: 3.9.0\n  kms: []\n"
    )
    odd = sops.open_file(data, "a.yaml", keys)
    plain = yamldoc.parse(SOURCE.replace("value-7", "x").encode(), "a.yaml")
    assert changed(data, sops.update(odd, plain, Entropy(now=LATER))) == ["K7", "lastmodified", "mac"]


def test_planning_again_gives_the_same_bytes(rule: Rule) -> None:
    entropy = Entropy()
    first = sops.encrypt(SOURCE.encode(), "a.yaml", rule, entropy=entropy)
    assert sops.encrypt(SOURCE.encode(), "a.yaml", rule, entropy=entropy) == first
    assert sops.encrypt(SOURCE.encode(), "a.yaml", rule) != first


def test_two_plain_values_never_share_a_nonce(rule: Rule) -> None:
    """The same entropy on a changed file, as when a plan is made again: the nonces of what changed differ."""
    entropy = Entropy()
    first = sops.encrypt(b"data: {a: x}\n", "a.yaml", rule, entropy=entropy)
    second = sops.encrypt(b"data: {a: z}\n", "a.yaml", rule, entropy=entropy)
    nonces = [data.partition(b"iv:")[2][:44] for data in (first, second)]
    assert nonces[0] != nonces[1]


def test_moving_a_ciphertext_to_another_key_is_noticed(opened: Opened, keys: Identities) -> None:
    data = opened.file.data.replace(b"  K1: ", b"  KX: ")
    with pytest.raises(InfraToolError, match=r"^a\.yaml:5: stringData\.KX cannot be opened: it was changed, moved"):
        sops.open_file(data, "a.yaml", keys)


def test_a_plain_value_among_ciphertext_is_noticed(opened: Opened, keys: Identities) -> None:
    data = opened.file.data.replace(b"sops:\n", b"  Z: hunter2\nsops:\n")
    with pytest.raises(InfraToolError, match=r"stringData\.Z is not encrypted") as caught:
        sops.open_file(data, "a.yaml", keys)
    assert "hunter2" not in str(caught.value)


def test_removing_a_value_is_noticed(opened: Opened, keys: Identities) -> None:
    lines = [line for line in opened.file.data.splitlines(keepends=True) if not line.startswith(b"  K5:")]
    with pytest.raises(sops.MacError):
        sops.open_file(b"".join(lines), "a.yaml", keys)
