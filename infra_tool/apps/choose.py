"""Which image of a service is meant, and which places decide what version of it runs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from infra_tool import reference
from infra_tool.apps.app import App, AppManifest
from infra_tool.apps.images import overridden
from infra_tool.apps.places import KINDS, ContainerPlace, EntryPlace, Place
from infra_tool.errors import UsageError
from infra_tool.reference import Reference
from infra_tool.repo import Config


class Use(NamedTuple):
    """An image of a service: as the cluster gets it, the names it goes by, and the place that decides its version."""

    image: Reference
    names: frozenset[str]
    place: Place


class Chosen(NamedTuple):
    """The image that is meant, and the places that decide its version, each once."""

    name: str
    places: tuple[Place, ...]


def choose(app: App, config: Config, name: str | None) -> Chosen:
    """Return the image that a bump of a service is about; `name` is what was asked for.

    Raises UsageError when several could be meant, or when two ways to a cluster have other places that decide.
    """
    reaches = {reach.root: [use for manifest in reach.manifests for use in _uses(manifest)] for reach in app.reaches}
    image = _image(app, config, name, [use for uses in reaches.values() for use in uses])
    decided = {root: _places(use for use in uses if use.image.is_same_image(image)) for root, uses in reaches.items()}
    places = {root: found for root, found in decided.items() if found}
    if len({tuple(found) for found in places.values()}) > 1:
        ways = "; ".join(f"for {root} in {_shown(found.values())}" for root, found in places.items())
        raise UsageError(
            f"the version of {image.name} is decided in several places: {ways}",
            hint="set cluster in .infra-tool.yaml, or name the file: --file PATH --image NAME",
        )
    return Chosen(image.name, tuple(next(iter(places.values())).values()))


def _places(uses: Iterable[Use]) -> dict[tuple[str, int], Place]:
    """Return the places, each once, in the order of files and lines."""
    found = {(use.place.file.path, use.place.node.start): use.place for use in uses}
    return {where: found[where] for where in sorted(found)}


def _shown(places: Iterable[Place]) -> str:
    return ", ".join(f"{place.file.path}:{place.file.line(place.node)}" for place in places)


def _uses(manifest: AppManifest) -> Iterator[Use]:
    for kind in KINDS:
        for place in kind.find(manifest.file):
            if not isinstance(place, EntryPlace):
                yield _use(place, manifest.entries)


def _use(place: Place, entries: Sequence[EntryPlace]) -> Use:
    """Follow an image through the entries that act on it; the last one that is for it decides."""
    image, names, decides = place.image, set(place.names), place
    for entry in entries if isinstance(place, ContainerPlace) and place.found.is_reached else ():
        changed = overridden(image, entry.override)
        if changed is not None:
            image, decides = changed, entry
            names.add(image.name)
    return Use(image, frozenset(names), decides)


def _image(app: App, config: Config, asked: str | None, uses: list[Use]) -> Reference:
    known = list(dict.fromkeys(use.image._replace(tag=None, digest=None) for use in uses))
    if asked is not None:
        wanted = reference.parse(asked)
        hits = [use.image for use in uses if any(Reference(name).is_same_image(wanted) for name in use.names)]
        return _only(app, _distinct(hits), known, f"no image {asked}")
    own = Reference(f"{config.registry}/{config.owner}/{app.name}") if config.registry and config.owner else None
    for found in (
        [image for image in known if own is not None and image.is_same_image(own)],
        [image for image in known if image.name.rpartition("/")[2] == app.name],
    ):
        if len(_distinct(found)) == 1:
            return found[0]
    return _only(app, _distinct(known), known, "no image")


def _distinct(images: Iterable[Reference]) -> list[Reference]:
    found: list[Reference] = []
    for image in images:
        if not any(image.is_same_image(other) for other in found):
            found.append(image)
    return found


def _only(app: App, found: list[Reference], known: list[Reference], nothing: str) -> Reference:
    if len(found) == 1:
        return found[0]
    names = ", ".join(image.name for image in known)
    if found:
        raise UsageError(f"{app.name} has several images: {names}", hint="name one: --image NAME")
    raise UsageError(f"{app.name} names {nothing}", path=app.directory, hint=f"its images: {names}" if names else None)
