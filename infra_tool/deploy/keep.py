"""Which tags a registry must keep: what runs, what is held, and what a rollback may go back to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from infra_tool import apps, repo
from infra_tool.apps import App, Chosen, Version
from infra_tool.apps.hold import load
from infra_tool.deploy.history import Run, runs_of
from infra_tool.edits import Snapshot
from infra_tool.reference import PLACEHOLDER, Reference
from infra_tool.repo import Config

Why = Literal["running", "held", "deployed"]


class Kept(NamedTuple):
    """A version that must stay, why, and for which services; `deployed`: it ran, and not long ago."""

    version: Version
    why: tuple[Why, ...]
    services: tuple[str, ...]


@dataclass(frozen=True)
class KeptImage:
    """What must stay of an image, what runs first, then newest first."""

    name: str
    kept: tuple[Kept, ...]


class _Use(NamedTuple):
    image: str
    version: Version
    why: Why
    service: str


def kept(snapshot: Snapshot, services: Iterable[str], last: int) -> list[KeptImage]:
    """Return what must stay of the images of some services; `last` counts the versions of each that ran last.

    Without services, all that lie in `apps/`. Images of other registries than that of the configuration are not ours to
    keep. Raises UsageError where a version cannot be told: a list with a gap would delete what runs.
    """
    tree = snapshot.tree
    config = repo.load_config(tree)
    shelf = apps.Shelf(tree)
    names = tuple(services) or repo.services(tree)
    images = [image for name in names for image in _images(apps.find(tree, config, name, shelf), config)]
    found: dict[str, dict[Version, list[_Use]]] = {}
    for (app, chosen), ran in zip(images, runs_of(snapshot, images), strict=True):
        for use in _uses(app, chosen, ran, last, is_held=load(tree, app.hold_path) is not None):
            found.setdefault(use.image, {}).setdefault(use.version, []).append(use)
    return [
        KeptImage(image, tuple(_kept(version, uses) for version, uses in sorted(versions.items(), key=_rank)))
        for image, versions in sorted(found.items())
    ]


def _rank(item: tuple[Version, list[_Use]]) -> bool:
    return all(use.why == "deployed" for use in item[1])


def _kept(version: Version, uses: list[_Use]) -> Kept:
    services = tuple(sorted({use.service for use in uses}))
    return Kept(version, tuple(dict.fromkeys(use.why for use in uses)), services)


def _images(app: App, config: Config) -> Iterator[tuple[App, Chosen]]:
    """Yield the images of a service that lie in our registry."""
    for image in apps.images(app):
        if not config.registry or Reference(image).registry == config.registry:
            yield app, apps.choose(app, config, image)


def _uses(app: App, chosen: Chosen, runs: Iterable[Run], last: int, *, is_held: bool) -> Iterator[_Use]:
    for version in _running(chosen):
        yield _Use(chosen.name, version, "running", app.name)
        if is_held:
            yield _Use(chosen.name, version, "held", app.name)
    ran = dict.fromkeys(run.version for run in runs if _is_real(run.version))
    for version in islice(ran, last):
        yield _Use(chosen.name, version, "deployed", app.name)


def _running(chosen: Chosen) -> list[Version]:
    return list(dict.fromkeys(one.version for one in chosen.decided if _is_real(one.version)))


def _is_real(version: Version) -> bool:
    return version != Version(None) and version.tag != PLACEHOLDER
