"""Keys, a rule and captured randomness for the tests of the codec."""

from datetime import UTC, datetime

import pytest

from infra_tool import sops
from infra_tool.sops import Entropy, Identities, Identity, Rule, Selector

SEED = bytes(range(32))
NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def laura() -> Identity:
    return sops.generate_identity()


@pytest.fixture(scope="session")
def keys(laura: Identity) -> Identities:
    return Identities((laura.secret,), looked=("the test",))


@pytest.fixture
def entropy() -> Entropy:
    return Entropy(SEED, NOW)


@pytest.fixture(scope="session")
def rule(laura: Identity) -> Rule:
    """The rule that this program writes into its own repos."""
    return Rule(
        path_regex=r"\.enc\.ya?ml$",
        selector=Selector("encrypted_regex", "^(data|stringData)$"),
        mac_only_encrypted=True,
        recipients=(sops.recipient(laura.recipient, name="laura"),),
        line=2,
    )
