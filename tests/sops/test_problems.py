"""What is told about a file's encryption without any key."""

import pytest

from infra_tool import sops, yamldoc
from infra_tool.sops import Entropy, Rule, Selector

LAURA = sops.generate_identity()
PLAIN = b"apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\nstringData:\n  A: x\n  B: z\n"


@pytest.fixture
def good(rule: Rule, entropy: Entropy) -> str:
    return sops.encrypt(PLAIN, "a.yaml", rule, entropy=entropy).decode()


def inspect(source: str) -> list[tuple[int, str, str]]:
    file = yamldoc.parse(source.encode(), "a.yaml")
    return [(problem.line, problem.kind, problem.message) for problem in sops.inspect(file)]


def kinds(source: str) -> set[str]:
    return {kind for _, kind, _ in inspect(source)}


def without(source: str, key: str) -> str:
    return "".join(line for line in source.splitlines(keepends=True) if not line.startswith(f"  {key}:"))


def test_a_sound_file_has_none(good: str) -> None:
    assert inspect(good) == []


def test_a_secret_in_the_clear() -> None:
    assert inspect(PLAIN.decode()) == [
        (6, "plain-secret", "stringData.A is not encrypted"),
        (7, "plain-secret", "stringData.B is not encrypted"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "kind: ConfigMap\ndata:\n  A: x\n",
        "kind: Secret\nstringData:\n  A: ''\n  B:\n  C: null\n",
        "kind: Secret\n$patch: delete\ndata: {A: x}\n",
        "kind: Secret\ntype: kubernetes.io/service-account-token\ndata: {A: x}\n",
        "",
        "- a\n",
    ],
)
def test_no_secret_in_the_clear(source: str) -> None:
    assert inspect(source) == []


def test_a_secret_in_the_second_document() -> None:
    assert inspect("kind: ConfigMap\n---\nkind: Secret\ndata:\n  A: eA==\n")[0][:2] == (5, "plain-secret")


def test_a_plain_value_among_ciphertext(good: str) -> None:
    assert inspect(good.replace("sops:\n", "  C: hunter2\nsops:\n")) == [
        (8, "partly-encrypted", "stringData.C is not encrypted")
    ]


@pytest.mark.parametrize("key", ["mac", "lastmodified", "version"])
def test_a_missing_part(good: str, key: str) -> None:
    assert (8, "broken-metadata", f"the sops block has no {key}") in inspect(without(good, key))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"2026-01-31T12:00:00Z"', "yesterday", "lastmodified is no time"),
        ("version: 3.13.2", "version: new", "version is no version number"),
        ("mac: ENC[", "mac: [", "the sops block has no mac"),
        ("mac: ENC[AES256_GCM,data:", "mac: ENC[AES256_GCM,data:*", "the MAC holds broken base64"),
        ("-----BEGIN AGE ENCRYPTED FILE-----", "-----BEGIN-----", "is no armored age file"),
        ("^(data|stringData)$", "^(?!x)$", "encrypted_regex '^(?!x)$'"),
        ("  encrypted_regex: ", "  unencrypted_suffix: _x\n  encrypted_regex: ", "exclude each other"),
        ("mac: ENC[AES256_GCM,", "mac: ENC[AES999,", "the MAC is not of the form"),
    ],
)
def test_a_broken_part(good: str, old: str, new: str, message: str) -> None:
    assert old in good
    found = inspect(good.replace(old, new, 1))
    assert any(kind == "broken-metadata" and message in text for _, kind, text in found), found


def test_no_recipient(good: str) -> None:
    start, end = good.index("  age:"), good.index("  encrypted_regex")
    assert "the sops block names no recipient" in {text for _, _, text in inspect(good[:start] + good[end:])}


def test_a_recipient_with_a_wrong_checksum(good: str) -> None:
    line = next(line for line in good.splitlines() if "recipient:" in line)
    wrong = line[:-1] + ("q" if line[-1] != "q" else "p")
    (problem,) = inspect(good.replace(line, wrong))
    assert problem[1] == "bad-recipient"
    assert "wrong checksum" in problem[2]
    assert problem[0] == good.splitlines().index(line) + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A: ENC[AES256_GCM,data:", "A: ENC[AES256_GCM,data:*"),
        (",type:str]\n  B", ",type:text]\n  B"),
        (",type:str]\n  B", "\n  B"),
    ],
)
def test_a_malformed_ciphertext(good: str, old: str, new: str) -> None:
    assert old in good
    assert [(line, kind) for line, kind, _ in inspect(good.replace(old, new, 1))] == [(6, "malformed-value")]


def test_ciphertext_that_nobody_will_decrypt(good: str) -> None:
    found = inspect(good.replace("stringData:\n", "other:\n"))
    assert (6, "malformed-value") in {(line, kind) for line, kind, _ in found}


def test_metadata_without_any_ciphertext(good: str) -> None:
    tokens = [line for line in good.splitlines() if line.startswith(("  A:", "  B:"))]
    plain = good.replace("^(data|stringData)$", "^(dta)$")
    for token in tokens:
        plain = plain.replace(token, token[:4] + " hunter2")
    (problem,) = inspect(plain)
    assert problem[1] == "nothing-encrypted"
    assert "hunter2" not in problem[2]


def test_an_empty_value_has_nothing_to_encrypt(good: str) -> None:
    lines = [line for line in good.splitlines(keepends=True) if not line.startswith("  A:")]
    empty = "".join('  B: ""\n' if line.startswith("  B:") else line for line in lines)
    assert inspect(empty) == []


def test_a_hidden_kind(good: str) -> None:
    token = good.partition("A: ")[2].partition("\n")[0]
    found = kinds(good.replace("kind: Secret", f"kind: {token}").replace("name: x", f"name: {token}"))
    assert "encrypted-structure" in found


def test_stubs_are_named_where_they_stand(rule: Rule, entropy: Entropy) -> None:
    source = PLAIN.replace(b"  name: x\n", b"  name: x\n  annotations:\n    infra-tool/stub-keys: B, GONE\n")
    data = sops.encrypt(source, "a.yaml", rule, entropy=entropy).decode()
    assert inspect(data) == [(6, "stub-key", "GONE is still a stub"), (9, "stub-key", "B is still a stub")]


def test_private_keys_in_any_text() -> None:
    secret = sops.generate_identity().secret.reveal()
    heads = (
        "-----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3BlbnNzaC1r",
        "-----BEGIN " + "PRIVATE KEY-----\\nMIIEvQIBADAN",
    )
    text = "\n".join((f"# key: {secret}", *heads))
    found = [(text[start:end][:14], name) for start, end, name in sops.find_private_keys(text)]
    assert [name for _, name in found] == ["a private age key", "a private key", "a private key"]
    assert list(sops.find_private_keys("AGE-SECRET-KEY-1... and -----BEGIN PUBLIC KEY-----")) == []


def test_sizes_are_those_of_the_plain_values(rule: Rule, entropy: Entropy) -> None:
    source = "kind: Secret\nstringData:\n  A: '12345'\n  B: é\n  C: ''\n"
    file = yamldoc.parse(sops.encrypt(source.encode(), "a.yaml", rule, entropy=entropy), "a.yaml")
    assert [(size.name, size.type, size.bytes) for size in sops.sizes(file)] == [
        ("stringData.A", "str", 5),
        ("stringData.B", "str", 2),
        ("stringData.C", "plain", 0),
    ]


def test_values_that_are_no_object_may_hide_what_they_call_metadata() -> None:
    rule = Rule(
        None,
        Selector("unencrypted_suffix", "_clear"),
        mac_only_encrypted=True,
        recipients=(sops.recipient(LAURA.recipient),),
        line=1,
    )
    assert inspect(sops.encrypt(b"metadata: x\n", "values.enc.yaml", rule).decode()) == []
