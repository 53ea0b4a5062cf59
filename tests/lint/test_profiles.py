"""How strictly workloads are judged: `lint.profile`."""

import pytest

from infra_tool.lint.rules.workload import no_network_policy, plain_ingress
from infra_tool.lint.selection import Selection
from infra_tool.repo import LintConfig
from infra_tool.repo.config import Profile


@pytest.mark.parametrize(
    ("profile", "baseline", "restricted"),
    [("off", False, False), ("baseline", True, False), ("restricted", True, True)],
)
def test_a_profile_asks_its_rules_and_those_of_looser_ones(profile: Profile, baseline: bool, restricted: bool) -> None:  # noqa: FBT001 -- the answers
    selection = Selection(LintConfig(profile=profile))
    assert (selection.runs(plain_ingress), selection.runs(no_network_policy)) == (baseline, restricted)


@pytest.mark.parametrize(("word", "runs"), [("W021", True), ("no-network-policy", True), ("W", False), ("W02", False)])
def test_a_rule_that_is_named_is_asked_whatever_the_profile(word: str, runs: bool) -> None:  # noqa: FBT001 -- the answer
    assert Selection(LintConfig(select=(word,))).runs(no_network_policy) is runs
    assert not Selection(LintConfig(select=(word,), ignore=("W021",))).runs(no_network_policy)
