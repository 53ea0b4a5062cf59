"""What encryption in place changes, keeps and refuses."""

import re

import pytest

from infra_tool import sops, yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.sops import Entropy, Identities, Rule, Selector

MANIFEST = """\
# yaml-language-server: $schema=x
apiVersion: v1
kind: Secret # inline
metadata:
    name: "n8n"
stringData:
    PLAIN: text

    QUOTED: 'it''s'
    NUMBER: "1234"
    BLOCK: |
      line one
        line two
    EMPTY: ""
    NOTHING:
type: Opaque
# the end
"""


def encrypted(
    source: str | bytes, rule: Rule, entropy: Entropy, path: str = "a.enc.yaml", *, accept_types: bool = False
) -> bytes:
    data = source.encode() if isinstance(source, str) else source
    return sops.encrypt(data, path, rule, entropy=entropy, accept_types=accept_types)


def refused(source: str, rule: Rule, entropy: Entropy) -> InfraToolError:
    with pytest.raises(InfraToolError) as caught:
        encrypted(source, rule, entropy)
    return caught.value


def masked(data: bytes) -> str:
    """Replace ciphertext by <enc>, and cut the metadata off."""
    return re.sub(r"ENC\[[^\]]*\]", "<enc>", data.decode()).partition("sops:")[0]


def test_only_the_selected_values_change(rule: Rule, entropy: Entropy, keys: Identities) -> None:
    data = encrypted(MANIFEST, rule, entropy)
    expected = (
        MANIFEST.replace("text\n", "<enc>\n")
        .replace("'it''s'", "<enc>")
        .replace('"1234"', "<enc>")
        .replace("|\n      line one\n        line two\n", "<enc>\n")
    )
    assert masked(data) == expected
    opened = sops.open_file(data, "a.enc.yaml", keys)
    assert opened.text((0, ("stringData", "BLOCK"))) == "line one\n  line two\n"
    assert opened.text((0, ("stringData", "QUOTED"))) == "it's"
    assert opened.text((0, ("stringData", "NOTHING"))) is None


def test_a_second_run_changes_nothing_and_needs_no_key(rule: Rule, entropy: Entropy) -> None:
    data = encrypted(MANIFEST, rule, entropy)
    assert sops.encrypt(data, "a.enc.yaml", rule, keys=lambda: pytest.fail("asked for keys")) == data


def test_the_metadata_is_indented_as_the_file_or_as_asked(rule: Rule, entropy: Entropy) -> None:
    data = encrypted(MANIFEST, rule, entropy).decode()
    assert "\nsops:\n    age:\n        - enc: |\n            -----BEGIN AGE" in data
    assert "\n          recipient: age1" in data
    two = sops.encrypt(MANIFEST.encode(), "a.enc.yaml", rule, entropy=entropy, indent=2).decode()
    assert "\nsops:\n  age:\n    - enc: |\n        -----BEGIN AGE" in two
    assert "\n      recipient: age1" in two
    assert '\n  encrypted_regex: ^(data|stringData)$\n  lastmodified: "2026-01-31T12:00:00Z"\n  mac: ENC[' in two
    assert two.endswith("]\n  mac_only_encrypted: true\n  version: 3.13.2\n")


def test_line_ends_byte_order_mark_and_a_missing_final_newline(rule: Rule, entropy: Entropy, keys: Identities) -> None:
    source = b"\xef\xbb\xbfstringData:\r\n  KEY: v\xc3\xa9 \xf0\x9f\x98\x80\r\n  OTHER: x"
    data = encrypted(source, rule, entropy)
    assert data.startswith(b"\xef\xbb\xbfstringData:\r\n  KEY: ENC[")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert sops.open_file(data, "a", keys).text((0, ("stringData", "KEY"))) == "vé 😀"


def test_every_document_gets_the_metadata_and_one_mac_covers_all(
    rule: Rule, entropy: Entropy, keys: Identities
) -> None:
    source = "---\nstringData:\n  A: x\n---\nkind: ConfigMap\n...\n---\n# nothing\n---\ndata:\n  B: eA==\n"
    data = encrypted(source, rule, entropy)
    assert data.decode().count("sops:\n") == 3
    assert sops.decrypt(data, "a", keys).decode() == source
    swapped = data.replace(b"kind: ConfigMap", b"kind: Secret")
    sops.open_file(swapped, "a", keys)  # with mac_only_encrypted, plain metadata may change


def test_flow_style_inside_a_block_mapping(rule: Rule, entropy: Entropy, keys: Identities) -> None:
    data = encrypted("stringData: {A: x, 'B': [x, z]}\n", rule, entropy)
    assert masked(data) == 'stringData: {A: "<enc>", \'B\': ["<enc>", "<enc>"]}\n'
    opened = sops.open_file(data, "a", keys)
    assert opened.text((0, ("stringData", "B", 1))) == "z"


def test_types_outside_of_kubernetes_objects_stay(rule: Rule, entropy: Entropy, keys: Identities) -> None:
    source = "data:\n  i: 0755\n  f: 1e3\n  b: True\n  d: 2024-01-02\n  n: null\n  l: [1]\n"
    data = encrypted(source, rule, entropy, accept_types=True)
    plain = sops.decrypt(data, "a", keys)
    assert plain == b"data:\n  i: 493\n  f: 1000.0\n  b: true\n  d: 2024-01-02T00:00:00Z\n  n: null\n  l: [1]\n"


def test_without_mac_only_encrypted_every_value_counts(rule: Rule, entropy: Entropy, keys: Identities) -> None:
    whole = Rule(rule.path_regex, rule.selector, mac_only_encrypted=False, recipients=rule.recipients, line=1)
    data = encrypted("kind: X\nn: 1\nstringData:\n  A: x\n", whole, entropy)
    sops.open_file(data, "a", keys)
    with pytest.raises(sops.MacError, match=r"^a:\d+: the content does not match its MAC$"):
        sops.open_file(data.replace(b"n: 1", b"n: 2"), "a", keys)


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("kind: Secret\nstringData:\n  A: 12\n", 3, "stringData.A is of type int, and Kubernetes takes only strings"),
        ("kind: Secret\nstringData:\n  A: x\n  B: true\n", 4, "stringData.B is of type bool"),
        ("kind: Secret\nstringData:\n  A: 2024-01-02\n", 3, "stringData.A is of type time"),
        ("kind: Secret\ndata:\n  A: 1e3\n", 3, "data.A is of type float"),
        ("kind: Secret\ndata:\n  A: hunter2!\n", 3, "data.A is not base64"),
        ("kind: Secret\nstringData:\n  A: [x]\n", 3, "stringData.A is a list or mapping"),
        ("stringData:\n  A: &a x\nB: *a\n", 2, "anchor &a stands on a value"),
        ("B: &a x\nstringData:\n  A: *a\n", 3, "alias *a stands among values"),
        ("B: &a {x: y}\nstringData:\n  <<: *a\n", 3, "merge key << stands among values"),
        ("stringData: &a\n  A: x\n", 1, "anchor &a stands on a value"),
        ("stringData:\n  A: !env x\n", 2, "tag !env stands on a value"),
        ("stringData:\n  A: x\n  A: y\n", 3, "key A is given twice"),
        ("stringData:\n  ? [a]\n  : x\n", 2, "a key is no plain text"),
        ("stringData:\n  1: x\n", 2, "a key is of type int"),
        ("kind: Secret\nstringData: {}\n", 1, "selects no value of this file"),
        ("metadata:\n  name: x\n", 1, "selects no value of this file"),
        ("- stringData\n", 1, "only documents that are block mappings"),
        ("{stringData: {A: x}}\n", 1, "only documents that are block mappings"),
        ("", 1, "selects no value of this file"),
        ("---\n---\ndata: {a: x}\n", 1, "only documents that are block mappings"),
        ("stringData:\n  A: 18446744073709551615\n", 2, "stringData.A: an integer beyond 64 bits"),
        ("# x\n%YAML 1.2\n---\nstringData:\n  A: x\n", 2, "the directive %YAML 1.2 is not read by sops"),
        ("stringData:\n  A: x\n...\n%YAML 1.2\n---\nB: y\n", 4, "the directive %YAML 1.2 is not read by sops"),
        ("sops: x\nstringData:\n  A: x\n", 1, "the key sops is where the metadata stands"),
        ("stringData:\n  A: x\n---\nsops: {}\n", 4, "the key sops is where the metadata stands"),
    ],
)
def test_what_cannot_be_encrypted_is_named_with_its_line(
    source: str, line: int, message: str, rule: Rule, entropy: Entropy
) -> None:
    error = refused(source, rule, entropy)
    assert (error.path, error.line) == ("a.enc.yaml", line)
    assert message in error.message
    assert "hunter2" not in f"{error} {error.hint}"


def test_anchors_outside_of_the_selected_values_are_fine(rule: Rule, entropy: Entropy) -> None:
    source = "metadata:\n  labels: &l {app: x}\nmore: {<<: *l}\nstringData:\n  A: x\n"
    assert b"&l {app: x}" in encrypted(source, rule, entropy)


def test_what_looks_like_a_directive_and_what_sops_reads(rule: Rule, entropy: Entropy) -> None:
    encrypted('%YAML 1.1\n---\nstringData:\n  A: x\nB: "y\n%YAML 1.2"\n', rule, entropy)


def test_an_object_that_flux_could_not_read_is_refused(rule: Rule, entropy: Entropy) -> None:
    everything = Rule(None, Selector("unencrypted_suffix", "_plain"), True, rule.recipients, 1)  # noqa: FBT003
    error = refused("apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n", everything, entropy)
    assert error.line == 1
    assert "apiVersion would be encrypted" in error.message
    assert b"ENC[" in encrypted("password: x\n", everything, entropy)


def test_ciphertext_without_its_metadata_is_not_encrypted_again(rule: Rule, entropy: Entropy) -> None:
    data = encrypted("stringData:\n  A: x\n", rule, entropy).decode().partition("sops:")[0]
    error = refused(data, rule, entropy)
    assert "is ciphertext, but the file has no sops block" in error.message


def test_a_partly_encrypted_file_is_completed_with_its_own_key(rule: Rule, entropy: Entropy, keys: Identities) -> None:
    before = encrypted("stringData:\n  A: x\n", rule, entropy)
    added = before.replace(b"sops:\n", b"  B: hunter2 # new\nsops:\n")
    with pytest.raises(sops.NoKeyError, match="it is for age1"):
        sops.encrypt(added, "a.yaml", rule)
    done = sops.encrypt(added, "a.yaml", rule, keys=lambda: keys, entropy=Entropy())
    assert masked(done) == "stringData:\n  A: <enc>\n  B: <enc> #<enc>\n"
    token = before.partition(b"A: ")[2].partition(b"\n")[0]
    assert b"A: " + token + b"\n" in done
    assert sops.open_file(done, "a", keys).text((0, ("stringData", "B"))) == "hunter2"


def test_the_result_is_opened_again_before_it_is_given_out(
    rule: Rule, entropy: Entropy, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = yamldoc.parse(b"stringData:\n  A: other\n").documents
    monkeypatch.setattr("infra_tool.sops.seal.plains", lambda *_: {(0, ("stringData", "A")): None, (0, ("b",)): broken})
    monkeypatch.setattr("infra_tool.sops.seal._check_selects", lambda *_, **__: None)
    assert "would not open to what it is now" in refused("stringData:\n  A: x\n", rule, entropy).message


@pytest.mark.parametrize(
    "value",
    [
        "0755",
        "1_000",
        "1e3",
        "0x1F",
        "1.10",
        "+1",
        ".5",
        "2024-01-02",
        "2024-01-02T03:04:05Z",
        "yes",
        "Off",
        "n",
        "1:30",
        "0o17",
        "12345_54321",
        "1234567890123456789012345",
        "=",
    ],
)
@pytest.mark.parametrize(
    "source", ["data:\n  a:\n  - clear\n  - {}\n", "kind: Secret\nstringData:\n  clear: x\n  b: {}\n"]
)
def test_what_programs_take_for_different_things(source: str, value: str, rule: Rule, entropy: Entropy) -> None:
    error = refused(source.format(value), rule, entropy)
    assert (error.path, error.line) == ("a.enc.yaml", 4)
    assert "put the value in quotes: " in (error.hint or "")
    assert value not in f"{error.message} {error.hint}".replace("...", "").split()
    encrypted(source.format(f'"{value}"'), rule, entropy)


@pytest.mark.parametrize(
    "value", ["7", "-1", "1.5", "true", "False", "null", "~", ".inf", "text", "1.2.3", "!!str 0755"]
)
def test_what_everybody_takes_for_the_same(value: str, rule: Rule, entropy: Entropy) -> None:
    encrypted(f"data:\n  a: {value}\n  b: x\n", rule, entropy)
    encrypted("other: 0755\ndata:\n  b: x\n", rule, entropy)


def test_a_value_that_is_ambiguous_and_was_so_before(rule: Rule, entropy: Entropy, keys: Identities) -> None:
    """A file of somebody else's may be edited and completed; only what is new in it is asked about."""
    before = sops.open_file(encrypted("data:\n  a: 0755\n  b: x\n", rule, entropy, accept_types=True), "a", keys)
    sops.update(before, yamldoc.parse(b"data:\n  a: 0755\n  b: other\n", "a"), entropy)
    with pytest.raises(InfraToolError, match=r"data\.b is of type int"):
        sops.update(before, yamldoc.parse(b"data:\n  a: 0755\n  b: 0755\n", "a"), entropy)
    partly = before.file.data.replace(b"sops:\n", b"  c: 0755\nsops:\n", 1)
    with pytest.raises(InfraToolError, match=r"data\.c is of type int"):
        sops.encrypt(partly, "a.enc.yaml", rule, keys=lambda: keys)
    sops.encrypt(partly, "a.enc.yaml", rule, keys=lambda: keys, accept_types=True)


@pytest.mark.parametrize("value", [".inf", "-.inf", ".nan", "1e21", "1.0", "-0.0", "0755", "2024-01-02", "true", "x"])
def test_types_survive_a_new_data_key(value: str, rule: Rule, entropy: Entropy, keys: Identities) -> None:
    """Decrypted and encrypted again, as rotate does it."""
    first = encrypted(f"data:\n  a: {value}\n", rule, entropy, accept_types=True)
    again = encrypted(sops.decrypt(first, "a", keys), rule, entropy, accept_types=True)
    place = (0, ("data", "a"))
    assert sops.open_file(again, "a", keys).values[place].plain == sops.open_file(first, "a", keys).values[place].plain


def test_a_block_at_the_end_without_a_line_feed(rule: Rule, entropy: Entropy) -> None:
    """Its text would get one, since the metadata comes behind it."""
    error = refused("stringData:\n  A: x\nother: |\n  text", rule, entropy)
    assert (error.line, error.hint) == (3, "end the file with a line feed")
    encrypted("stringData:\n  A: x\nother: |\n  text\n", rule, entropy)
    encrypted("other: x\nstringData:\n  A: |\n    text", rule, entropy)
