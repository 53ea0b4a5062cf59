"""Which image of a service is meant, and which places decide what version of it runs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from infra_tool import reference
from infra_tool.apps.app import App, AppManifest
from infra_tool.apps.images import overridden
from infra_tool.apps.places import KINDS, ContainerPlace, EntryPlace, Place, Version, version_of
from infra_tool.errors import UsageError
from infra_tool.reference import Reference
from infra_tool.repo import Config


class Use(NamedTuple):
    """An image of a service: as the cluster gets it, the names it goes by, and the place that decides its version."""

    image: Reference
    names: frozenset[str]
    place: Place


class Decided(NamedTuple):
    """A place that decides, and a version that the cluster gets by it now: one entry can decide for several."""

    place: Place
    version: Version

    @property
    def where(self) -> tuple[str, int]:
        """The file, and the offset of the place in it."""
        return self.place.file.path, self.place.node.start


class Chosen(NamedTuple):
    """The image that is meant, and what decides its version, in the order of files and lines."""

    name: str
    decided: tuple[Decided, ...]

    @property
    def places(self) -> list[Place]:
        """The places, each once."""
        return list({one.where: one.place for one in self.decided}.values())


def choose(app: App, config: Config, name: str | None) -> Chosen:
    """Return the image that a bump of a service is about; `name` is what was asked for.

    Raises UsageError when several could be meant, or when two ways to a cluster have other places that decide.
    """
    reaches = [(reach.root, [use for manifest in reach.manifests for use in _uses(manifest)]) for reach in app.reaches]
    image = _image(app, config, name, [use for _, uses in reaches for use in uses])
    decided = [
        (root, _sorted(Decided(use.place, version_of(use.image)) for use in uses if use.image.is_same_image(image)))
        for root, uses in reaches
    ]
    found = [(root, some) for root, some in decided if some]
    if len({tuple(dict.fromkeys(one.where for one in some)) for _, some in found}) > 1:
        ways = "; ".join(f"for {root} in {_shown(some)}" for root, some in found)
        raise UsageError(
            f"the version of {image.name} is decided in several places: {ways}",
            hint="set cluster in .infra-tool.yaml, or name the file: --file PATH --image NAME",
        )
    every = _sorted(one for _, some in found for one in some)
    return Chosen(image.name, (*every, *_further(app, image)))


def images(app: App) -> list[str]:
    """Return the names of all images of a service, each once."""
    uses = (use.image for reach in app.reaches for manifest in reach.manifests for use in _uses(manifest))
    return [image.name for image in _distinct(uses)]


def _further(app: App, image: Reference) -> list[Decided]:
    """Return the places that the configuration adds: those of this image, and tags without a name."""
    own = (place for place in app.keys if not place.names or place.image.is_same_image(image))
    return _sorted(Decided(place, version_of(place.image)) for place in own)


def _sorted(decided: Iterable[Decided]) -> list[Decided]:
    """Return what decides, each place once for each version."""
    found = {(*one.where, str(one.version)): one for one in decided}
    return [found[key] for key in sorted(found)]


def _shown(decided: Iterable[Decided]) -> str:
    return ", ".join(f"{place.file.path}:{place.file.line(place.node)}" for place, _ in decided)


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
