from pathlib import Path

import pytest

from infra_tool import sops
from infra_tool.edits import MemoryTree
from infra_tool.errors import UsageError
from infra_tool.sops import Rules, Selector
from infra_tool.yamldoc import YamlError

A = sops.generate_identity().recipient
B = sops.generate_identity().recipient


def rules(text: str) -> Rules:
    found = sops.load_rules(MemoryTree({".sops.yaml": text.encode()}))
    assert found is not None
    return found


def messages(found: Rules) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in found.problems]


OWN = f"""\
creation_rules:
  - path_regex: ^bootstrap/
    encrypted_regex: ^(data|stringData)$
    age:
      - {A} # laura
  - path_regex: \\.enc\\.ya?ml$
    encrypted_regex: ^(data|stringData)$
    mac_only_encrypted: true
    age:
      - {A} # laura
      - {B} # cluster koala
stores:
  yaml:
    indent: 2
"""


def test_the_first_rule_that_matches_counts() -> None:
    found = rules(OWN)
    assert found.problems == ()
    assert found.indent == 2
    bootstrap = found.require("bootstrap/koala/sops-age.enc.yaml")
    assert [entry.name for entry in bootstrap.recipients] == ["laura"]
    apps = found.require("apps/n8n/secrets.enc.yaml")
    assert [(entry.text, entry.name, entry.line) for entry in apps.recipients] == [
        (A, "laura", 10),
        (B, "cluster koala", 11),
    ]
    assert apps.mac_only_encrypted
    assert apps.selector == Selector("encrypted_regex", "^(data|stringData)$")
    assert found.match("apps/n8n/deployment.yaml") is None


def test_no_file_is_no_rules() -> None:
    assert sops.load_rules(MemoryTree({})) is None


def test_no_matching_rule_is_an_error_with_the_path() -> None:
    with pytest.raises(UsageError, match=r"^x\.yaml: no creation rule matches this path$"):
        rules(OWN).require("x.yaml")


@pytest.mark.parametrize(
    "age",
    [
        f"{A},{B}",
        f"' {A} , {B}, '",
        f">-\n      {A},\n      {B}",
        f"[{A}, {B}]",
        f"\n      - {A}\n      - {B}",
    ],
)
def test_recipients_as_text_or_list(age: str) -> None:
    found = rules(f"creation_rules:\n  - age: {age}\n")
    assert found.problems == ()
    assert [entry.text for entry in found.rules[0].recipients] == [A, B]
    assert found.match("anything") is found.rules[0]


def test_one_key_group_replaces_the_flat_keys() -> None:
    found = rules(f"creation_rules:\n  - age: {A}\n    key_groups:\n      - age: [{B}]\n        pgp: [AB]\n")
    rule = found.rules[0]
    assert [(entry.text, entry.kind) for entry in rule.recipients] == [(B, "x25519"), ("AB", "pgp")]
    assert rule.groups == 1
    assert sops.writer("a.yaml", rule.recipients, rule.selector).NAME == "sops"


def test_several_key_groups_are_for_the_sops_program() -> None:
    found = rules(f"creation_rules:\n  - key_groups:\n      - age: [{A}]\n      - age: [{B}]\n")
    rule = found.rules[0]
    assert rule.groups == 2
    assert sops.writer("a.yaml", rule.recipients, rule.selector, groups=rule.groups).NAME == "sops"


def test_aliases_of_a_list_of_keys() -> None:
    found = rules(f"keys:\n  - &laura {A}\ncreation_rules:\n  - key_groups:\n      - age: [*laura]\n")
    assert [(entry.text, entry.name) for entry in found.rules[0].recipients] == [(A, "laura")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("creation_rules:\n  - path_regex: '('\n    age: " + A, (2, "path_regex '('")),
        ("creation_rules:\n  - encrypted_regex: '(?=x)'\n    age: " + A, (2, "encrypted_regex '(?=x)'")),
        (
            f"creation_rules:\n  - encrypted_regex: a\n    unencrypted_suffix: b\n    age: {A}\n",
            (3, "encrypted_regex and unencrypted_suffix exclude each other"),
        ),
        ("creation_rules:\n  - path_regex: x\n", (2, "this rule names no recipient")),
        (f"creation_rules:\n  - age:\n      - {A}\n      - {B[:-1]}\n", (4, f"age recipient {B[:-1]} ")),
        ("creation_rules:\n  - age: nobody\n", (2, "this entry is no age recipient")),
        (f"creation_rules:\n  - age: {A}\n  - path_regex: x\n    age: {A}\n", (3, "never reached: the one in line 2")),
        (
            f"creation_rules:\n  - path_regex: x\n    age: {A}\n  - path_regex: x\n    age: {A}\n",
            (4, "never reached: the one in line 2"),
        ),
        ("rules: []\n", (1, "has no list creation_rules")),
        ("creation_rules: [text]\n", (1, "must be a mapping")),
    ],
)
def test_what_is_wrong_has_a_line(text: str, expected: tuple[int, str]) -> None:
    found = messages(rules(text))
    assert any(line == expected[0] and expected[1] in message for line, message in found), found


def test_a_broken_rule_on_the_way_stops_encryption() -> None:
    found = rules(f"creation_rules:\n  - path_regex: '('\n    age: {A}\n  - age: {A}\n")
    assert found.match("x") is found.rules[1]
    with pytest.raises(UsageError, match=r"^\.sops\.yaml:2: path_regex") as caught:
        found.require("x")
    assert (caught.value.path, caught.value.line) == (".sops.yaml", 2)


def test_what_is_not_yaml_is_said() -> None:
    with pytest.raises(YamlError):
        rules("a: [")


def test_paths_of_directories_with_odd_names() -> None:
    found = rules(f"creation_rules:\n  - path_regex: ^a b/\n    age: {A}\n")
    assert found.match(str(Path("a b/x.yaml"))) is not None
