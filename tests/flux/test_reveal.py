"""Rendered objects are decrypted as Flux does it."""

import pytest

from infra_tool import sops, yamldoc
from infra_tool.flux.reveal import Opener
from infra_tool.kustomize.render import dump
from infra_tool.kustomize.render.manifest import resources_of
from infra_tool.kustomize.render.value import Leaf, Map
from infra_tool.sops import Identities, Rule, Selector

PLAIN = """\
apiVersion: v1
data:
  list:
  - a: text
  - b: "12"
  number: 7
  switch: false
kind: Example
metadata:
  name: one
"""


@pytest.fixture(scope="module")
def keys() -> Identities:
    return Identities((sops.generate_identity().secret,), looked=("the test",))


@pytest.fixture(scope="module")
def root(keys: Identities) -> Map:
    """Return an object as it is rendered from an encrypted file."""
    recipient = sops.recipient(sops.recipient_of(keys.x25519[0]), name="person")
    rule = Rule(
        path_regex="enc",
        selector=Selector("encrypted_regex", "^data$"),
        mac_only_encrypted=True,
        recipients=(recipient,),
        line=1,
    )
    data = sops.encrypt(PLAIN.encode(), "a.enc.yaml", rule)
    assert data.count(b"ENC[") >= len(("text", "12", "7", "false", "mac"))
    return resources_of(yamldoc.parse(data, "a.enc.yaml"))[0].root


def copied(root: Map) -> Map:
    found = Map(root.origin, root.node)
    found.update(root)
    return found


def test_every_value_comes_back_as_what_it_was(keys: Identities, root: Map) -> None:
    found, opener = copied(root), Opener(keys, {})
    opener.open(found)
    assert dump(found) == PLAIN
    assert not opener.closed


def test_a_value_that_was_moved_stays_closed(keys: Identities, root: Map) -> None:
    found, opener = copied(root), Opener(keys, {})
    found["moved"] = found.pop("data")
    opener.open(found)
    assert "ENC[" in dump(found)
    assert opener.closed == {
        "a.enc.yaml": "a value cannot be opened: it was changed, moved, or belongs to another file"
    }


def test_without_a_key_nothing_is_opened(root: Map) -> None:
    found, opener = copied(root), Opener(Identities((), looked=("nowhere",)), {})
    opener.open(found)
    assert list(opener.closed) == ["a.enc.yaml"]
    assert isinstance(found["sops"], Map)


def test_what_is_not_encrypted_is_left_alone(keys: Identities) -> None:
    plain = resources_of(yamldoc.parse(PLAIN.encode(), "a.yaml"))[0].root
    opener = Opener(keys, {})
    opener.open(plain)
    assert dump(plain) == PLAIN
    assert isinstance(plain["kind"], Leaf)
