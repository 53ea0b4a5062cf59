"""What is to change: whole contents by path, composed through the overlay of what was changed before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from infra_tool import splice
from infra_tool.edits.tree import FILE, Entry, Listing, Mode, Tree, missing
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
        before = self._seen(tree, path)
        return self.write(path, splice.apply(before.data, splices), before.mode)

    def _seen(self, tree: Tree, path: str) -> File:
        if path not in self.files:
            return File(tree.read(path), tree.entries[path].mode)
        file = self.files[path]
        if file is None:
            raise missing(path)
        return file

    def then(self, later: "Edits") -> "Edits":
        """Return both, the later one winning."""
        return Edits({**self.files, **later.files})

    def effective(self, tree: Tree) -> "Edits":
        """Drop what `tree` holds already, so that no edit means nothing to do."""
        entries = tree.entries
        held = tree.read_many([path for path, file in self.files.items() if file is not None and path in entries])

        def differs(path: str, file: File | None) -> bool:
            if file is None or path not in entries:
                return (file is None) == (path in entries)
            return entries[path].mode != file.mode or held[path] != file.data

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

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every file as it would be, sorted by path."""
        kept = (entry for path, entry in self._tree.entries.items() if path not in self._files)
        new = (Entry(path, file.mode, size=len(file.data)) for path, file in self._files.items() if file is not None)
        return Listing.of([*kept, *new])

    def read(self, path: str) -> bytes:
        """Return the content of `path` as it would be; raises InfraToolError for a file the edits delete."""
        if path not in self._files:
            return self._tree.read(path)
        file = self._files[path]
        if file is None:
            raise missing(path)
        return file.data

    def read_many(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of `paths` as they would be."""
        wanted = list(paths)
        below = self._tree.read_many([path for path in wanted if path not in self._files])
        return {path: below[path] if path in below else self.read(path) for path in wanted}
