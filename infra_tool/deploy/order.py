"""Whether a build may replace what is deployed: by the ancestry of their commits, never by clocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from infra_tool import git
from infra_tool.apps import Version
from infra_tool.deploy import trailer
from infra_tool.edits import Snapshot
from infra_tool.errors import UsageError
from infra_tool.git import Relation
from infra_tool.reference import PLACEHOLDER

Verdict = Literal["deploy", "same", "superseded", "diverged", "unknown"]

VERDICTS: dict[Relation, Verdict] = {
    "descendant": "deploy",
    "same": "same",
    "ancestor": "superseded",
    "diverged": "diverged",
    "unknown": "unknown",
}
WORST: tuple[Verdict, ...] = ("diverged", "unknown", "superseded", "deploy", "same")
"""What counts when places that run different versions get the same new one."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a build comes from: its commit, a checkout of the repo it is a commit of, that repo's name, its CI run."""

    commit: str | None = None
    directory: Path | None = None
    repo: str | None = None
    run: str | None = None

    def check(self) -> None:
        """Raise UsageError for what cannot stand in a commit message, or is no full commit id."""
        if self.commit is not None and not trailer.COMMIT.fullmatch(self.commit):
            raise UsageError(f"{self.commit!r} is no full commit id", hint="git rev-parse HEAD")
        for what, text in (("source repo", self.repo), ("CI run", self.run)):
            if text is not None and (not text.isprintable() or " " in text or not text):
                raise UsageError(f"the {what} {text!r} holds blanks, or nothing")
        if self.directory is not None and not self.directory.is_dir():
            raise UsageError(f"{self.directory} is no directory", hint="--source-dir is a checkout of the app repo")

    def commit_of(self, version: Version) -> str | None:
        """Return the commit that a version was built from: its tag where that is one, else the one given."""
        return version.tag if is_commit(version.tag) else self.commit

    @cached_property
    def relation(self) -> "_Relation":
        """What a commit is to another one, asked of the checkout once for each pair."""
        return _Relation(self.directory)


class _Relation:
    def __init__(self, directory: Path | None) -> None:
        self._ask = cache(lambda old, new: git.relation(directory, old, new) if directory else "unknown")

    def __call__(self, old: str, new: str) -> Relation:
        found: Relation = "same" if old == new else self._ask(old, new)
        return found


def is_commit(tag: str | None) -> bool:
    """Tell whether a tag is a full commit id."""
    return tag is not None and trailer.COMMIT.fullmatch(tag) is not None


def judge(snapshot: Snapshot, service: str, deployed: Iterable[Version], new: Version, source: Source) -> Verdict:
    """Return what `new` is to the versions that run now."""
    verdicts = {_judge(snapshot, service, version, new, source) for version in deployed}
    return next(verdict for verdict in WORST if verdict in verdicts)


def _judge(snapshot: Snapshot, service: str, deployed: Version, new: Version, source: Source) -> Verdict:
    if deployed == Version(None) or deployed.tag == PLACEHOLDER:
        return "deploy"
    if deployed == new or (deployed.tag == new.tag and new.digest is None):
        return "same"
    after = source.commit_of(new)
    before = deployed.tag if is_commit(deployed.tag) else _recorded(snapshot, service, deployed, after, source)
    if before is None and after is None and source.directory is None:
        # Versions of something that others build have no commits to go by.
        return "deploy"
    return VERDICTS[source.relation(before, after)] if before and after else "unknown"


def _recorded(snapshot: Snapshot, service: str, deployed: Version, after: str | None, source: Source) -> str | None:
    """Return the commit that the history names for a version; it is not read where it could not help."""
    if after is None or source.directory is None:
        return None
    last = trailer.newest(snapshot.log(), service)
    return last.commit if last is not None and last.new == str(deployed) else None
