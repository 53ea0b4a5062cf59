"""A clean repo, and what is wrong with copies of it: one defect each, and the file and line that have to be named.

A case is an entry of a list in tests/data/defects; CONTRIBUTING says what its keys mean.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra_tool import yamldoc

DATA = Path(__file__).parent.parent / "data" / "defects"
REPO = DATA / "repo"
HARMLESS = "harmless"
THEN = " ... "

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Edit:
    """A change of one file: `old`, which stands in it once, or what `pattern` matches first, becomes `new`."""

    file: str
    new: str
    old: str = ""
    pattern: str = ""
    encoding: str = "utf-8"

    def apply(self, text: str) -> str:
        """Return the changed text."""
        if self.pattern:
            changed, count = re.subn(self.pattern, self.new, text, count=1)
            assert count == 1, f"{self.pattern} matches nothing in {self.file}"
            return changed
        assert text.count(self.old) == 1, f"{self.old!r} stands {text.count(self.old)} times in {self.file}"
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Case:
    """A copy of the repo with one thing changed.

    `line` is a text of the line that a finding has to name, behind the texts before it that ` ... ` divides.
    """

    category: str
    id: str
    edits: tuple[Edit, ...]
    add: Mapping[str, str] = field(default_factory=dict)
    move: Mapping[str, str] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    code: str = ""
    path: str = ""
    line: str = ""

    @property
    def name(self) -> str:
        """Return what tests call it."""
        return f"{self.category}/{self.id}"

    def files(self, clean: Files) -> dict[str, bytes]:
        """Return the files of the changed copy."""
        found = {self.move.get(path, path): data for path, data in clean.items() if path not in self.remove}
        found.update((path, text.encode()) for path, text in self.add.items())
        for edit in self.edits:
            path = self.move.get(edit.file, edit.file)
            found[path] = edit.apply(found[path].decode()).encode(edit.encoding)
        return found

    def number(self, files: Files) -> int:
        """Return the number of the line that has to be named."""
        text, place = f"{files[self.path].decode(errors='replace')}\n".replace("\n", " \n"), 0
        for part in self.line.split(THEN):
            place = text.find(part, place)
            assert place >= 0, f"{part!r} stands nowhere in {self.path}"
            end = place + len(part)
            place, found = end, place
        return text.count("\n", 0, found) + 1


def clean() -> dict[str, bytes]:
    """Return the files of the repo that nothing is wrong with."""
    return {path.relative_to(REPO).as_posix(): path.read_bytes() for path in sorted(REPO.rglob("*")) if path.is_file()}


def cases() -> Iterator[Case]:
    """Yield all cases, the harmless ones as well."""
    for path in sorted(DATA.glob("*.yaml")):
        file = yamldoc.parse(path.read_bytes(), path.name)
        for value in yamldoc.resolve(file.documents[0].root, "manifest"):
            yield _case(path.stem, value)


def _case(category: str, value: dict) -> Case:
    edits = [_edit(each) for each in (value, *value.get("also", ())) if "file" in each]
    assert value.keys() <= {
        "id",
        "file",
        "old",
        "new",
        "pattern",
        "encoding",
        "also",
        "add",
        "move",
        "remove",
        "code",
        "in",
        "line",
    }, value
    path = value.get("in", value.get("file", ""))
    return Case(
        category,
        value["id"],
        tuple(edits),
        value.get("add", {}),
        value.get("move", {}),
        tuple(value.get("remove", ())),
        value.get("code", ""),
        path,
        value.get("line", ""),
    )


def _edit(value: dict) -> Edit:
    given = {key: value[key] for key in ("old", "pattern", "encoding") if key in value}
    return Edit(value["file"], value["new"], **given)
