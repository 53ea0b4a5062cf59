from collections.abc import Callable
from dataclasses import replace

import pytest

from infra_tool import secrets
from infra_tool.edits import MemoryTree, Plan, Snapshot
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.secrets import Draft, Entry, Session
from infra_tool.sops import Entropy, NoKeyError

PATH = "apps/n8n/secrets.enc.yaml"
After = Callable[[Snapshot, Plan[object]], Snapshot]


def test_names_sizes_and_holders_without_any_key(repo: Snapshot) -> None:
    found = secrets.view(repo.tree, PATH)
    assert [entry.name for entry in found.recipients] == ["laura", "cluster koala"]
    assert found.selector == "encrypted_regex: ^(data|stringData)$"
    assert found.entries == (
        Entry("Secret/n8n", "stringData.ENCRYPTION_KEY", "str", 3, stub=False, encrypted=True),
        Entry("Secret/n8n", "stringData.SMTP_PASSWORD", "str", 4, stub=True, encrypted=True),
        Entry("Secret/n8n", "stringData.API_KEY", "str", 4, stub=True, encrypted=True),
    )


def test_what_is_not_encrypted_has_no_view(plain: Snapshot) -> None:
    with pytest.raises(InfraToolError, match="is not encrypted"):
        secrets.view(plain.tree, PATH)


@pytest.mark.parametrize("pattern", ["((((", "(?<=a)b"])
def test_a_selector_that_nobody_can_read_is_an_error(repo: Snapshot, session: Session, pattern: str) -> None:
    broken = repo.tree.read(PATH).replace(b"^(data|stringData)$", pattern.encode())
    tree = MemoryTree({**{path: repo.tree.read(path) for path in repo.tree.entries}, PATH: broken})
    with pytest.raises(InfraToolError, match="encrypted_regex"):
        secrets.view(tree, PATH)
    with pytest.raises(InfraToolError, match="encrypted_regex"):
        secrets.encrypt(replace(repo, tree=tree), {PATH: None}, session)


def test_get_gives_what_a_pod_sees(repo: Snapshot, session: Session, after: After) -> None:
    source = b"kind: Secret\nstringData:\n  A: text\ndata:\n  B: /wA=\n  C: >-\n    dHdv\n    d28=\n"
    start = after(repo, secrets.encrypt(repo, {"a.enc.yaml": Draft(source)}, session))
    values = [secrets.get(start.tree, "a.enc.yaml", key, session).data for key in "ABC"]
    assert values == [b"text", b"\xff\x00", b"twowo"]


def test_an_unknown_key_lists_those_there_are(repo: Snapshot, session: Session) -> None:
    with pytest.raises(UsageError, match="there is no key NOPE") as caught:
        secrets.get(repo.tree, PATH, "NOPE", session)
    assert caught.value.hint == "keys: ENCRYPTION_KEY, SMTP_PASSWORD, API_KEY"


def test_no_key_at_hand(repo: Snapshot) -> None:
    with pytest.raises(NoKeyError):
        secrets.get(repo.tree, PATH, "API_KEY", Session())


def test_generated_values_are_long_safe_and_the_same_for_the_same_plan() -> None:
    entropy = Entropy()
    one = secrets.generate(entropy, "a", 40).reveal()
    assert len(one) == 40
    assert one.isalnum()
    assert one.isascii()
    assert secrets.generate(entropy, "a", 40).reveal() == one
    assert secrets.generate(entropy, "b", 40).reveal() != one
    assert len({secrets.generate(Entropy(), "a").reveal() for _ in range(20)}) == 20
    assert len(secrets.generate(entropy, "a", 1024).reveal()) == 1024
    for wrong in (7, 1025):
        with pytest.raises(UsageError):
            secrets.generate(entropy, "a", wrong)


def test_requests_for_generated_values() -> None:
    assert secrets.parse_request("KEY") == ("KEY", 32)
    assert secrets.parse_request("KEY:64") == ("KEY", 64)
    for wrong in ("", ":3", "KEY:", "KEY:x"):
        with pytest.raises(UsageError):
            secrets.parse_request(wrong)
