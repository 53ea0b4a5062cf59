"""Several commands at once in one checkout: none undoes what another did."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra_tool import git as ours
from infra_tool.edits import Change, Edits, Plan
from infra_tool.errors import InfraToolError
from infra_tool.git.alone import alone
from infra_tool.splice import Span, Splice

Git = Callable[..., str]
LIST = "bin/run"
WRITERS = 6


def append(line: str) -> Change[str]:
    """Add a line to a file that each of the others adds one to as well; planning takes a while."""

    def plan(snapshot: ours.GitSnapshot) -> Plan[str]:
        end = len(snapshot.tree.read(LIST))
        time.sleep(0.02)
        return Plan(Edits().splice(snapshot.tree, LIST, [Splice(Span(end, end), line.encode())]), line, "done")

    return plan


@pytest.mark.parametrize("kind", ["worktree", "commit"])
def test_every_edit_stays(checkout: Path, git: Git, kind: ours.Kind) -> None:
    lines = [f"echo {number}\n" for number in range(WRITERS)]

    def write(line: str) -> ours.Outcome[str]:
        return ours.deliver(append(line), ours.Delivery(kind=kind, root=checkout))

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = list(pool.map(write, lines))
    assert sorted((checkout / LIST).read_text().splitlines(keepends=True)[1:]) == lines
    assert {outcome.attempts for outcome in outcomes} == {1}, "who waits has no need to plan again"
    assert git(checkout, "status", "--porcelain") == ("" if kind == "commit" else " M bin/run")


@pytest.mark.parametrize("kind", ["worktree", "commit"])
def test_one_that_takes_too_long_is_told(checkout: Path, git: Git, kind: ours.Kind) -> None:
    with (
        alone(checkout, time.monotonic()),
        pytest.raises(InfraToolError, match="another infra-tool is changing"),
    ):
        ours.deliver(append("echo\n"), ours.Delivery(kind=kind, root=checkout, deadline=0.1))
    assert git(checkout, "status", "--porcelain") == ""
    ours.deliver(append("echo\n"), ours.Delivery(kind=kind, root=checkout, deadline=0.1))


@pytest.mark.parametrize("kind", ["dry-run", "check"])
def test_who_changes_nothing_waits_for_nobody(checkout: Path, kind: ours.Kind) -> None:
    with alone(checkout, time.monotonic()):
        assert ours.deliver(append("echo\n"), ours.Delivery(kind=kind, root=checkout, deadline=0.1)).edits
