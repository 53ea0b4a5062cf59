"""Which versions a service ran, from git alone: also those that somebody wrote by hand, or with sed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from infra_tool import apps, repo, yamldoc
from infra_tool.apps import KINDS, App, Chosen, Version
from infra_tool.deploy import trailer
from infra_tool.deploy.trailer import Deployed
from infra_tool.edits import Commit, Past, Snapshot
from infra_tool.errors import InfraToolError
from infra_tool.reference import Reference
from infra_tool.repo import Config
from infra_tool.yamldoc import YamlError


@dataclass(frozen=True)
class Run:
    """A version that a service ran: since which commit, until when (seconds since the epoch; None: it still runs).

    `told` is what the commit's message says of it, None for an edit by hand; `ci_run` the page of the job;
    `rolled_back` the version that it took the place of, where it was a rollback.
    """

    service: str
    version: Version
    commit: Commit
    told: Deployed | None = None
    ci_run: str | None = None
    rolled_back: str | None = None
    until: int | None = None


def history(snapshot: Snapshot, service: str | None, image: str | None = None) -> list[Run]:
    """Return what a service ran, newest first; without a service, all of them, also those that are gone.

    Of a service that is gone, or whose image cannot be told for sure, messages tell. Raises UsageError where one is
    named.
    """
    config = repo.load_config(snapshot.tree)
    if service is None:
        return _every(snapshot, config)
    app = apps.find(snapshot.tree, config, service)
    return runs(snapshot, app, apps.choose(app, config, image))


def _every(snapshot: Snapshot, config: Config) -> list[Run]:
    log = list(snapshot.log())
    shelf = apps.Shelf(snapshot.tree)
    images: list[tuple[App, Chosen]] = []
    for name in repo.services(snapshot.tree):
        with suppress(InfraToolError):
            app = apps.find(snapshot.tree, config, name, shelf)
            images.append((app, apps.choose(app, config, None)))
    known = {app.name for app, _ in images}
    found = [run for ran in runs_of(snapshot, images) for run in ran]
    found += [run for run in told(log) if run.service not in known]
    places = {commit.sha: number for number, commit in enumerate(log)}
    return sorted(found, key=lambda run: places[run.commit.sha])


def runs(snapshot: Snapshot, app: App, chosen: Chosen) -> list[Run]:
    """Return what ran of a service's image, newest first, as far as the files that decide it today tell."""
    return runs_of(snapshot, [(app, chosen)])[0]


def runs_of(snapshot: Snapshot, images: Sequence[tuple[App, Chosen]]) -> list[list[Run]]:
    """Return the same for several images, in their order; git is asked once."""
    past = list(snapshot.past({place.file.path for _, chosen in images for place in chosen.places}))
    contents = snapshot.contents(blob for one in past for blob in one.blobs.values() if blob is not None)
    by_path: dict[str, list[int]] = {}
    for number, one in enumerate(past):
        for path in one.blobs:
            by_path.setdefault(path, []).append(number)

    def own(chosen: Chosen) -> Iterator[Past]:
        paths = {place.file.path for place in chosen.places}
        for number in sorted({number for path in paths for number in by_path.get(path, ())}):
            commit, blobs = past[number]
            yield Past(commit, {path: blob for path, blob in blobs.items() if path in paths})

    return [_runs(app, chosen, list(own(chosen)), contents) for app, chosen in images]


def _runs(app: App, chosen: Chosen, past: Sequence[Past], contents: Mapping[str, bytes]) -> list[Run]:
    found: list[Run] = []
    now: dict[str, Version] = {}
    for one in reversed(past):
        changed = {path: version for path, version in _versions(one, contents, chosen.name) if now.get(path) != version}
        now |= changed
        for version in dict.fromkeys(changed.values()):
            if not found or found[-1].version != version:
                found.append(_run(app.name, version, one.commit))
    return _ended(reversed(found))


def _versions(past: Past, contents: Mapping[str, bytes], image: str) -> Iterator[tuple[str, Version]]:
    """Yield the version that each changed file names first; a file that could not be read then says nothing."""
    wanted = Reference(image)
    for path, blob in past.blobs.items():
        try:
            file = yamldoc.parse(contents[blob], path) if blob is not None else None
        except YamlError:
            continue
        places = (place for kind in KINDS for place in kind.find(file)) if file is not None else ()
        for place in places:
            if any(Reference(name).is_same_image(wanted) for name in place.names):
                yield path, apps.version_of(place.image)
                break


def _run(service: str, version: Version, commit: Commit) -> Run:
    told = next((deploy for deploy in trailer.read(commit.message) if deploy.service == service), None)
    rolled_back = dict(trailer.rollbacks(commit.message)).get(service)
    return Run(service, version, commit, told, trailer.ci_run(commit.message), rolled_back)


def told(log: Iterable[Commit]) -> list[Run]:
    """Return what messages tell of all services, newest first; edits by hand are not among it."""
    found = [_run(one.service, _version(one.new), commit) for commit in log for one in trailer.read(commit.message)]
    return _ended(found)


def _version(text: str) -> Version:
    tag, _, digest = text.partition("@")
    return Version(tag or None, digest or None)


def _ended(newest_first: Iterable[Run]) -> list[Run]:
    """Return the runs with their ends: each lasts until the next of its service."""
    ends: dict[str, int] = {}
    found = []
    for run in newest_first:
        found.append(replace(run, until=ends.get(run.service)))
        ends[run.service] = run.commit.time
    return found


def before(newest_first: Sequence[Run]) -> Run | None:
    """Return the run to go back to: what ran before the current one, rollbacks undone; None where nothing did."""
    stack: list[Run] = []
    for run in reversed(newest_first):
        kept = next((index for index, one in enumerate(stack) if run.rolled_back and one.version == run.version), None)
        stack = stack[:kept] if kept is not None else stack
        stack.append(run)
    return stack[-2] if len(stack) > 1 else None
