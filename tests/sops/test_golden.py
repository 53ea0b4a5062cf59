"""Files written once with a fixed key, seed and clock: a change of the format shows as a diff.

`INFRA_TOOL_GOLDEN=write pytest tests/sops/test_golden.py` writes them anew; look at the diff.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra_tool import sops, yamldoc
from infra_tool.edits import MemoryTree
from infra_tool.sops import Entropy, Identities

DATA = Path(__file__).parent.parent / "data/sops"
CASES = sorted(path.name.removesuffix(".plain.yaml") for path in DATA.glob("*.plain.yaml"))
NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
# Read when this file is imported: a fixture takes variables of this program away.
WRITE = os.environ.get("INFRA_TOOL_GOLDEN") == "write"


class FixedEntropy(Entropy):
    """age has its own randomness, so the wrapped keys of the golden file are taken from it."""

    def __init__(self, golden: bytes) -> None:
        super().__init__(bytes(32), NOW)
        self._blocks: dict[str, str] = {}
        if golden:
            _, found = sops.parse(golden, "golden")
            self._blocks = {wrapped.recipient.text: wrapped.block for wrapped in found.age}

    def wrap(self, key: bytes, recipient: str) -> str:
        return self._blocks.get(recipient) or super().wrap(key, recipient)


@pytest.fixture
def keys() -> Identities:
    return sops.from_file(DATA / "example-key.txt")


def test_there_are_examples() -> None:
    assert len(CASES) >= 4


@pytest.mark.parametrize("case", CASES)
def test_encrypted_as_before(case: str, keys: Identities) -> None:
    plain, place = (DATA / f"{case}.plain.yaml").read_bytes(), DATA / f"{case}.enc.yaml"
    golden = place.read_bytes() if place.exists() else b""
    rules = sops.load_rules(MemoryTree({".sops.yaml": (DATA / "sops.yaml").read_bytes()}))
    assert rules is not None
    done = sops.encrypt(
        plain, f"{case}.enc.yaml", rules.require(f"{case}.enc.yaml"), entropy=FixedEntropy(golden), accept_types=True
    )
    if WRITE:
        place.write_bytes(done)
    else:
        assert done == golden
    assert sops.update(sops.open_file(done, case, keys), yamldoc.parse(plain, case), Entropy()) == done


@pytest.mark.parametrize("case", CASES)
def test_decrypted_as_before(case: str, keys: Identities) -> None:
    data, place = (DATA / f"{case}.enc.yaml").read_bytes(), DATA / f"{case}.opened.yaml"
    plain = sops.decrypt(data, case, keys)
    if WRITE:
        place.write_bytes(plain)
    assert plain == place.read_bytes()
    assert {problem.kind for problem in sops.inspect(yamldoc.parse(data))} <= {"stub-key"}
