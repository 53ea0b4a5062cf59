"""What was wrong when lint came to a repo: counted, not told, so that what is new stands out.

A finding is known by its rule, file and object, whatever line it is on. Where there are more of one kind than the
baseline has, all of them are told: which is the new one, nobody can say.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from infra_tool.edits import Tree
from infra_tool.errors import UsageError
from infra_tool.finding import Finding
from infra_tool.lint.report import INTERNAL, Report, counted
from infra_tool.output import Known

PATH = ".infra-tool-baseline.json"
"""Where it lies at the root of a repo, and is used without being asked for."""

VERSION = 1


class Key(NamedTuple):
    """What a finding is known by."""

    rule: str
    path: str
    object: str | None


@dataclass(frozen=True)
class Baseline:
    """How many findings of each kind are known."""

    counts: Counter[Key] = field(default_factory=Counter)

    @property
    def paths(self) -> frozenset[str]:
        """The files that it speaks of."""
        return frozenset(key.path for key in self.counts)

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Baseline":
        """Return the baseline that knows some findings; that a rule failed itself is never known."""
        return cls(Counter(_key(finding) for finding in findings if finding.code != INTERNAL))

    def unknown(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return what is not known: of a kind that there is more of, all."""
        kept = tuple(findings)
        found = Baseline.of(kept).counts
        return tuple(one for one in kept if one.code == INTERNAL or found[_key(one)] > self.counts[_key(one)])

    def without_known(self, report: Report) -> Report:
        """Return a report without what is known, and with how much that is."""
        kept = self.unknown(report.findings)
        gone = sum((self.counts - Baseline.of(report.findings).counts).values())
        known = Known(len(report.findings) - len(kept), gone)
        return counted(kept, replace(report.summary, baseline=known))


def find(tree: Tree) -> Baseline | None:
    """Return the baseline of a tree; None when it has none. Raises UsageError for one that cannot be read."""
    return parse(tree.read(PATH), PATH) if PATH in tree.entries else None


def parse(data: bytes, path: str) -> Baseline:
    """Return what `dump` wrote; raises UsageError for anything else."""
    try:
        found = json.loads(data)
        if found["version"] != VERSION:
            raise UsageError(f"version {found['version']} of a baseline is not known here", path=path)
        return Baseline(Counter(dict(map(_entry, found["findings"]))))
    except (ValueError, TypeError, LookupError) as error:
        raise UsageError("is not a baseline", path=path, hint="infra-tool lint --write-baseline writes one") from error


def _entry(entry: dict[str, object]) -> tuple[Key, int]:
    rule, path, about, count = (entry[name] for name in ("rule", "path", "object", "count"))
    if not (isinstance(rule, str) and isinstance(path, str) and isinstance(count, int)):
        raise TypeError
    return Key(rule, path, about if isinstance(about, str) else None), count


def dump(findings: Iterable[Finding]) -> bytes:
    """Return the file for some findings: sorted, one kind a line, so that branches merge."""
    counts = Baseline.of(findings).counts
    entries = [
        {"rule": key.rule, "path": key.path, "object": key.object, "count": counts[key]}
        for key in sorted(counts, key=lambda key: (key.path, key.object or "", key.rule))
    ]
    lines = ",\n".join(f"  {json.dumps(entry)}" for entry in entries)
    return f'{{"version": {VERSION}, "findings": [\n{lines}\n]}}\n'.encode()


def _key(finding: Finding) -> Key:
    return Key(finding.code, finding.path, finding.object)
