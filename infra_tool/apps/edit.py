"""Give places another version: byte splices, kept only if the files then mean exactly that."""

from collections.abc import Iterable

from infra_tool import yamldoc
from infra_tool.apps.places import Edit, Place, Version, changed
from infra_tool.edits import Edits, Tree
from infra_tool.yamldoc import YamlFile


def edited(tree: Tree, places: Iterable[Place], version: Version, *, second_reader: bool = True) -> Edits:
    """Return the edits that make every place name `version`, one file at a time.

    `second_reader`: ruamel.yaml must read the new files as we do. Raises EditError where a place cannot be changed
    without touching more.
    """
    by_file: dict[str, tuple[YamlFile, list[Edit]]] = {}
    for place in places:
        _, found = by_file.setdefault(place.file.path, (place.file, []))
        found.append(place.edit(version))
    edits = Edits()
    for path, (file, found) in by_file.items():
        edits = edits.write(path, _applied(file, found, second_reader=second_reader), tree.entries[path].mode)
    return edits


def _applied(file: YamlFile, edits: list[Edit], *, second_reader: bool) -> bytes:
    splices = [splice for edit in edits for splice in edit.splices]
    steps = [step for edit in edits for step in edit.steps]
    return yamldoc.apply_checked(
        file, splices, lambda documents: changed(documents, steps), second_reader=second_reader
    )
