"""Apply the fixes that findings bring along: what does not overlap, then judge again, until nothing is left to do."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from infra_tool import splice, yamldoc
from infra_tool.edits import Edits, Overlay, Tree
from infra_tool.errors import InfraToolError
from infra_tool.finding import Finding
from infra_tool.lint.encryption import ENCRYPTED
from infra_tool.lint.read import is_yaml
from infra_tool.lint.report import Report
from infra_tool.splice import Splice
from infra_tool.yamldoc import YamlError

ROUNDS = 10


class Fixed(NamedTuple):
    """What is to change, and how many findings that does away with."""

    edits: Edits
    findings: int


def fixed(tree: Tree, judge: Callable[[Tree], Report], *, unsafe: bool) -> Fixed:
    """Return the fixes of what `judge` finds, with `unsafe` also those that change what a cluster gets.

    A file that sops encrypted stays as it is: its MAC may cover all of it. So does one that would not be YAML any more.
    Raises InfraToolError when a rule fails: then nobody can say what a fix does.
    """
    edits, findings = Edits(), 0
    refused: set[str] = set()
    for _ in range(ROUNDS):
        overlay = Overlay(tree, edits)
        chosen = _chosen(_fixable(judge(overlay), unsafe=unsafe), overlay, refused)
        for path, splices in chosen.items():
            data = splice.apply(overlay.read(path), (one for each in splices for one in each))
            if _is_whole(path, data):
                edits = edits.write(path, data, overlay.entries[path].mode)
                findings += len(splices)
            else:
                refused.add(path)
        if not chosen:
            break
    return Fixed(edits.effective(tree), findings)


def _fixable(report: Report, *, unsafe: bool) -> Iterator[Finding]:
    if report.is_broken:
        raise InfraToolError("a rule failed, so nothing is fixed", hint="infra-tool lint names it")
    return (finding for finding in report.findings if finding.fix and (finding.safe or unsafe))


def _chosen(findings: Iterable[Finding], tree: Tree, refused: Iterable[str]) -> dict[str, list[tuple[Splice, ...]]]:
    """Return the fixes by file that do not overlap: of two that do, the first."""
    chosen: dict[str, list[tuple[Splice, ...]]] = defaultdict(list)
    for finding in findings:
        path = finding.fix_path or finding.path
        others = [one for each in chosen.get(path, ()) for one in each]
        is_free = not any(_overlap(one, other) for one in finding.fix for other in others)
        if path not in refused and is_free and not _is_encrypted(tree, path):
            chosen[path].append(finding.fix)
    return chosen


def _overlap(one: Splice, other: Splice) -> bool:
    """Tell whether two splices change the same bytes, or insert at the same place."""
    (start, end), (other_start, other_end) = one.span, other.span
    return start == other_start or (start < other_end and other_start < end)


def _is_encrypted(tree: Tree, path: str) -> bool:
    data = tree.read(path)
    return all(mark in data for mark in ENCRYPTED)


def _is_whole(path: str, data: bytes) -> bool:
    """Tell whether a file can still be read."""
    try:
        yamldoc.parse(data, path)
    except YamlError:
        return not is_yaml(path)
    return True
