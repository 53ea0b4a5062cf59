"""What is to change: whole contents by path, composed through the overlay of what was changed before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from infra_tool import splice
from infra_tool.edits.tree import FILE, Entry, Mode, Tree
from infra_tool.splice import Splice


@dataclass(frozen=True, slots=True)
class File:
    """What a file is to become: its content and mode."""

    data: bytes
    mode: Mode = FILE


@dataclass(frozen=True)
class Edits:
    """New contents by path, None for a deletion; in the order in which they are to be written.

    Each method returns new edits. Files that others refer to are written first and the referring (registering) file
    last, so that a kill leaves at most unregistered files.
    """

    files: Mapping[str, File | None] = field(default_factory=dict)

    def write(self, path: str, data: bytes, mode: Mode = FILE) -> "Edits":
        """Add a whole file."""
        return Edits({**self.files, path: File(data, mode)})

    def delete(self, path: str) -> "Edits":
        """Remove a file."""
        return Edits({**self.files, path: None})

    def splice(self, tree: Tree, path: str, splices: Iterable[Splice]) -> "Edits":
        """Change a file that `tree`, as edited so far, holds; its mode stays."""
        seen = Overlay(tree, self)
        data = splice.apply(seen.read(path), splices)
        return self.write(path, data, seen.entries[path].mode)

    def then(self, later: "Edits") -> "Edits":
        """Return both, the later one winning."""
        return Edits({**self.files, **later.files})

    def effective(self, tree: Tree) -> "Edits":
        """Drop what `tree` holds already, so that no edit means nothing to do."""

        def differs(path: str, file: File | None) -> bool:
            entry = tree.entries.get(path)
            if file is None or entry is None:
                return (file is None) != (entry is None)
            return entry.mode != file.mode or tree.read(path) != file.data

        return Edits({path: file for path, file in self.files.items() if differs(path, file)})

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.files)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the paths, in the order of writing."""
        return iter(self.files)


class Overlay:
    """A tree as it would be with some edits."""

    def __init__(self, tree: Tree, edits: Edits) -> None:
        """Lay `edits` over `tree`; neither changes."""
        self._tree = tree
        self._files = edits.files
        kept = {path: entry for path, entry in tree.entries.items() if path not in self._files}
        new = {
            path: Entry(path, file.mode, size=len(file.data)) for path, file in self._files.items() if file is not None
        }
        self.entries: Mapping[str, Entry] = dict(sorted((kept | new).items()))

    def read(self, path: str) -> bytes:
        """Return the content of `path` as it would be; raises KeyError for a file the edits delete."""
        if path not in self._files:
            return self._tree.read(path)
        file = self._files[path]
        if file is None:
            raise KeyError(path)
        return file.data

    def read_many(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of `paths` as they would be."""
        wanted = list(paths)
        below = self._tree.read_many([path for path in wanted if path not in self._files])
        return {path: below[path] if path in below else self.read(path) for path in wanted}
