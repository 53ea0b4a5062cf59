"""One more recipient: an entry as the last one looks, nothing else."""

import re

import pytest

from infra_tool import sops
from infra_tool.errors import InfraToolError
from infra_tool.sops import Entropy, Identities, Identity, Rule

SOURCE = "# head\nkind: Secret\nstringData:\n  A: x\n---\nkind: Secret\nstringData:\n  B: z\n"


@pytest.fixture(scope="module")
def nina() -> Identity:
    return sops.generate_identity()


LAYOUTS = {
    "ours": lambda text: text,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "recipient first": lambda text: re.sub(
        r"    - enc: \|\n((?:        .*\n)+)      recipient: (\S+)\n", r"    - recipient: \2\n      enc: |\n\1", text
    ),
    "no final line feed": lambda text: text.rstrip("\n"),
    "deep": lambda text: re.sub(r"(?m)^        (?=\S)", "            ", text),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_an_entry_is_added(layout: str, rule: Rule, entropy: Entropy, keys: Identities, nina: Identity) -> None:
    old = LAYOUTS[layout](sops.encrypt(SOURCE.encode(), "a.yaml", rule).decode()).encode()
    opened = sops.open_file(old, "a.yaml", keys)
    new = sops.add_recipient(opened, nina.recipient, entropy)
    assert sops.open_file(new, "a.yaml", Identities((nina.secret,))).text((1, ("stringData", "B"))) == "z"
    assert sops.open_file(new, "a.yaml", keys).metadata.mac == opened.metadata.mac
    kept = iter(new.splitlines(keepends=True))
    assert all(line in kept for line in old.rstrip(b"\r\n").splitlines(keepends=True)[:-1])
    assert new.count(nina.recipient.encode()) == 2
    assert (b"\r\n" in new, re.search(rb"(?<!\r)\n", new) is None) == (layout == "crlf", layout == "crlf")
    again = sops.open_file(new, "a.yaml", keys)
    assert sops.add_recipient(again, nina.recipient, entropy) == new


def test_a_block_without_a_clear_place(rule: Rule, entropy: Entropy, keys: Identities, nina: Identity) -> None:
    data = sops.encrypt(SOURCE.encode(), "a.yaml", rule).replace(b"enc: |", b"enc: |+")
    spoilt = re.sub(rb"(?m)^      recipient: ", b"      extra: 1\n      recipient: ", data)
    with pytest.raises(InfraToolError, match="written in an unusual way") as caught:
        sops.add_recipient(sops.open_file(spoilt, "a.yaml", keys), nina.recipient, entropy)
    assert caught.value.hint == "infra-tool secret rotate a.yaml"
