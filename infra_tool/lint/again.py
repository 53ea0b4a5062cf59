"""Judge a few changed files alone, where that must say the same as judging everything.

That is so when each is a manifest that the cluster gets, or a text for people; when what changed in it is inert; and
when nothing is wrong with it now. Anything else, and anything unexpected, is judged in full.
"""

from pathlib import Path
from typing import NamedTuple

from infra_tool import repo, sops, yamldoc
from infra_tool.edits import MAX_SIZE, MemoryTree
from infra_tool.git.objects import Objects
from infra_tool.lint import remembered
from infra_tool.lint.inert import is_all_that_changed
from infra_tool.lint.manifest_judge import ManifestJudge
from infra_tool.lint.question import Question, answered, tree
from infra_tool.lint.read import is_yaml
from infra_tool.lint.registry.applied import APPLIED
from infra_tool.lint.registry.schema import SCHEMA
from infra_tool.lint.registry.source import SOURCE
from infra_tool.lint.remembered import Remembered
from infra_tool.lint.report import counted
from infra_tool.lint.selection import Selection
from infra_tool.lint.subject import Applied, Facts, Source
from infra_tool.lint.suppress import MARK
from infra_tool.lint.unmoved import TEXTS
from infra_tool.replay import Answer, Change, Place, keep_again, versions_of

CONFIGURATION = (repo.PATH, sops.PATH)
"""The files that rules about one file depend on besides it."""

OWN = frozenset(rule.CODE for rule in (*SOURCE, *APPLIED, *SCHEMA))
"""The rules that are asked again; what others said stays as it is."""


class Doubt(Exception):  # noqa: N818 -- nothing is wrong: everything is judged in full
    """What changed may matter to other files, or is not clean."""


class Version(NamedTuple):
    """A changed file, before and now."""

    path: str
    old: bytes
    new: bytes


def answer(place: Place, change: Change) -> Answer | None:
    """Return the answer for an index in which a few files changed, and remember it; None in doubt."""
    try:
        known = remembered.recover(*change.remembered())
        versions, configuration = _read(place, change)
        _check_clean(known, versions, configuration)
        return _kept(place, change, _without(known, versions))
    except Exception:  # noqa: BLE001 -- whatever it is, the full run deals with it, or tells it
        return None


def _read(place: Place, change: Change) -> tuple[list[Version], dict[str, bytes]]:
    """Return the changed files, and those of the configuration, with one call of git."""
    objects = Objects(Path(place.root))
    found = {path: change.blob(place.prefix + path) for path in CONFIGURATION}
    blobs = {path: blob for path, blob in found.items() if blob is not None}
    objects.load((*blobs.values(), *(blob for _, old, new in change.files for blob in (old, new))))
    versions = [Version(path, objects.content(old), objects.content(new)) for path, old, new in change.files]
    return versions, {path: objects.content(blob) for path, blob in blobs.items()}


def _check_clean(known: Remembered, versions: list[Version], configuration: dict[str, bytes]) -> None:
    """Raise Doubt unless only inert things changed and every changed file is clean now."""
    files = MemoryTree(configuration)
    facts = Facts(repo.load_config(files), sops.load_rules(files), repo.PATH in configuration)
    judge = ManifestJudge(Selection(facts.config.lint))
    for version in versions:
        if version.path in known.known or MARK in version.old + version.new or len(version.new) > MAX_SIZE:
            raise Doubt
        if version.path.endswith(TEXTS):
            said = list(judge.source(Source(version.path, version.new), facts))
        else:
            source, applied = _manifest(version, known)
            said = [*judge.source(source, facts), *judge.applied(applied, facts)]
        if said:
            raise Doubt


def _manifest(version: Version, known: Remembered) -> tuple[Source, Applied]:
    """Return a changed manifest as rules judge it; raises Doubt when more than inert things changed."""
    path = version.path
    old, new = (yamldoc.parse(data, path) for data in (version.old, version.new))
    if not is_yaml(path) or path not in known.ways or not is_all_that_changed(old, new):
        raise Doubt
    return Source(path, version.new, new), Applied(new, known.ways_of(path))


def _without(known: Remembered, versions: list[Version]) -> Remembered:
    """Return what is known without what rules about one file said about the changed ones.

    Raises Doubt when something else was said about one, or names a line of one: it may be another thing now.
    """
    changed = {version.path for version in versions}
    findings, unchecked = known.report.findings, known.report.summary.unchecked
    if any(finding.path in changed and finding.code not in OWN for finding in findings):
        raise Doubt
    words = [f"{finding.message} {finding.help}" for finding in findings if finding.path not in changed]
    if any(f"{path}:" in text for text in words for path in changed):
        raise Doubt
    if any(one.path in changed for one in unchecked):
        raise Doubt
    kept = (finding for finding in findings if finding.path not in changed)
    new = {version.path: versions_of(version.new) for version in versions if version.path in known.ways}
    images = {path: found for path, found in new.items() if found}
    return Remembered(counted(kept, known.report.summary), known.ways, {**known.versions, **images}, known.known)


def _kept(place: Place, change: Change, known: Remembered) -> Answer:
    """Return the answer that a report means, and remember it for the index as it is now."""
    format_, fail_on, is_terminal, colour = place.look
    question = Question(
        root=Path(place.root),
        staged=True,
        format=format_ or ("full" if is_terminal else "concise"),
        colour=colour,
        fail_on="warning" if fail_on == "warning" else "error",
    )
    found = answered(known.report, question, lambda: tree(question))
    keep_again(place, change.records, found, known.plain(), known.versions)
    return found
