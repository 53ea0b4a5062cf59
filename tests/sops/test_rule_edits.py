"""Recipients of a rule come and go with their names; nothing else in the file changes."""

import pytest

from infra_tool import sops
from infra_tool.edits import MemoryTree
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.sops import Rules

LAURA, KOALA, NINA = (sops.generate_identity().recipient for _ in range(3))

LISTS = f"""\
# who opens what
creation_rules:
  - path_regex: ^bootstrap/
    age:
      - {LAURA}  # laura
  - path_regex: \\.enc\\.yaml$   # the rest
    age:
      - {LAURA}  # laura
      # koala
      - {KOALA}
stores: {{yaml: {{indent: 2}}}}
"""
ANCHORS = f"""\
keys:
  - &laura {LAURA}
  - &koala {KOALA}
creation_rules:
  - path_regex: \\.enc\\.yaml$
    key_groups:
      - age:
          - *laura
          - *koala
"""
TEXT = f"creation_rules:\n  - path_regex: x\n    age: {LAURA}, {KOALA}\n"
FLOW = f"creation_rules:\n  - age: [{LAURA}, {KOALA}]\n"
FOLDED = f"creation_rules:\n  - age: >-\n      {LAURA},\n      {KOALA}\n"
SHAMIR = f"creation_rules:\n  - key_groups:\n      - age: [{LAURA}]\n      - age: [{KOALA}]\n"


def rules(text: str) -> Rules:
    found = sops.load_rules(MemoryTree({".sops.yaml": text.encode()}))
    assert found is not None
    return found


def lines(old: str, new: bytes) -> tuple[list[str], list[str]]:
    before, after = old.splitlines(), new.decode().splitlines()
    return [line for line in before if line not in after], [line for line in after if line not in before]


def test_added_with_its_name() -> None:
    found = rules(LISTS)
    new = sops.with_recipient(found, found.rules[1], NINA, "nina")
    assert lines(LISTS, new) == ([], [f"      - {NINA}  # nina"])
    assert [entry.name for entry in rules(new.decode()).rules[1].recipients] == ["laura", "koala", "nina"]


def test_removed_with_its_name() -> None:
    found = rules(LISTS)
    assert lines(LISTS, sops.without_recipient(found, found.rules[1], KOALA)) == (
        ["      # koala", f"      - {KOALA}"],
        [],
    )
    first = sops.without_recipient(found, found.rules[1], LAURA).decode()
    assert first == LISTS.replace(f"  age:\n      - {LAURA}  # laura\n      # koala", "  age:\n      # koala")


@pytest.mark.parametrize("text", [ANCHORS, TEXT, FLOW, LISTS.replace("\n", "\r\n")])
def test_other_ways_to_write_a_rule(text: str) -> None:
    found = rules(text)
    added = rules(sops.with_recipient(found, found.rules[-1], NINA, "nina").decode())
    assert {entry.text for entry in added.rules[-1].recipients} == {LAURA, KOALA, NINA}
    removed = rules(sops.without_recipient(found, found.rules[-1], KOALA).decode())
    assert {entry.text for entry in removed.rules[-1].recipients} == {LAURA}


def test_the_anchor_of_a_removed_key_goes_too() -> None:
    found = rules(ANCHORS)
    data = sops.without_recipient(found, found.rules[0], KOALA)
    assert KOALA.encode() in data
    assert lines(ANCHORS, sops.forgotten(data, KOALA)) == ([f"  - &koala {KOALA}", "          - *koala"], [])


@pytest.mark.parametrize("text", [SHAMIR, "creation_rules:\n  - pgp: ABCD\n    age: {a: b}\n"])
def test_rules_without_one_place_for_a_recipient(text: str) -> None:
    found = rules(text)
    for edit in (
        lambda: sops.with_recipient(found, found.rules[0], NINA, "n"),
        lambda: sops.without_recipient(found, found.rules[0], LAURA),
    ):
        with pytest.raises(UsageError, match="several key groups, or no list") as caught:
            edit()
        assert caught.value.line == 2


def test_a_folded_text_is_refused_by_name() -> None:
    found = rules(FOLDED)
    with pytest.raises(InfraToolError, match="block scalar"):
        sops.with_recipient(found, found.rules[0], NINA, "nina")
