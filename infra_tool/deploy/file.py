"""The same edit on one file that is named, in any repo."""

from collections.abc import Iterator

from infra_tool import apps, yamldoc
from infra_tool.apps import KINDS, Decided, Place, Version, version_of
from infra_tool.deploy.bump import changes_of, check_version
from infra_tool.deploy.result import Bumped, Service
from infra_tool.edits import Change, Edits, Plan, Snapshot
from infra_tool.errors import UsageError
from infra_tool.reference import Reference, parse
from infra_tool.yamldoc import YamlFile


def bump_file(
    path: str, version: Version, *, image: str | None, container: str | None, second_reader: bool = True
) -> Change[Bumped]:
    """Return the change that gives every place in a file that names an image, or a container, another version.

    The change raises UsageError when there is no such file or place; it does not look at the order of builds.
    """
    check_version(version)
    wanted = parse(image) if image is not None else None

    def change(snapshot: Snapshot) -> Plan[Bumped]:
        tree = snapshot.tree
        if path not in tree.entries:
            raise UsageError("no such file", path=path)
        file = yamldoc.parse(tree.read(path), path)
        places = list(_matching(file, wanted, container))
        if not places:
            known = ", ".join(dict.fromkeys(_shown(place) for place in _places(file))) or "none"
            what = f"container {container}" if wanted is None else f"image {image}"
            raise UsageError(f"there is no {what} in it", path=path, hint=f"it names: {known}")
        changes = changes_of([Decided(place, version_of(place.image)) for place in places], version)
        edits = apps.edited(tree, places, version, second_reader=second_reader) if changes else Edits()
        service = Service(path, "deployed" if changes else "unchanged", changes)
        return Plan(edits, f"chore(deploy): {places[0].image.name} → {version}", Bumped((service,)))

    return change


def _places(file: YamlFile) -> Iterator[Place]:
    for kind in KINDS:
        yield from kind.find(file)


def _matching(file: YamlFile, wanted: Reference | None, container: str | None) -> Iterator[Place]:
    for place in _places(file):
        if wanted is not None and not any(Reference(name).is_same_image(wanted) for name in place.names):
            continue
        if container is None or place.container == container:
            yield place


def _shown(place: Place) -> str:
    return f"{place.image.name} (container {place.container})" if place.container else place.image.name
