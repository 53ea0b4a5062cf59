"""Read git objects, many with one process; in a partial clone all that are missing with one fetch."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from infra_tool.edits import Entry, missing, unreadable
from infra_tool.errors import InfraToolError
from infra_tool.git.command import run

Fetch = Callable[[Iterable[str]], None]
"""Brings objects, named by id, into the repo; those that are there already cost nothing."""


class Objects:
    """The blobs of one repo; what was read once is kept in memory."""

    def __init__(self, place: Path, fetch: Fetch | None = None) -> None:
        """Read from the repo at `place`; in a partial clone `fetch` brings what is missing."""
        self._place = place
        self._fetch = fetch
        self.is_partial = fetch is not None
        self._contents: dict[str, bytes | None] = {}
        self.asked: set[str] = set()

    def load(self, ids: Iterable[str]) -> None:
        """Read the blobs `ids` with one process, after one fetch where some may be missing."""
        wanted = [blob for blob in dict.fromkeys(ids) if blob not in self._contents]
        if not wanted:
            return
        if self._fetch:
            self._fetch(wanted)
        output = run(("cat-file", "--batch"), cwd=self._place, stdin="\n".join((*wanted, "")).encode()).stdout
        position = 0
        for blob in wanted:
            end = output.index(b"\n", position)
            _, _, size = output[position:end].partition(b" blob ")
            if not size:
                self._contents[blob] = None
                position = end + 1
                continue
            position = end + 1 + int(size)
            self._contents[blob] = output[end + 1 : position]
            position += 1

    def content(self, blob: str) -> bytes:
        """Return the content of a blob; raises InfraToolError when the repo does not hold it."""
        self.load([blob])
        content = self._contents[blob]
        if content is None:
            raise InfraToolError(f"the repo does not hold the object {blob}", hint="git fsck tells what is damaged")
        return content


class ObjectTree:
    """A tree whose files are git objects: of the index or of a commit."""

    entries: Mapping[str, Entry]

    def __init__(self, objects: Objects) -> None:
        """Read contents from `objects`."""
        self._objects = objects

    def read(self, path: str) -> bytes:
        """Return the content of a file, of a symlink its target."""
        return self.read_many([path])[path]

    def read_many(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of `paths`, read by one process."""
        entries = [self._entry(path) for path in paths]
        self._objects.asked.update(entry.path for entry in entries)
        self._objects.load(entry.blob for entry in entries if entry.blob)
        return {entry.path: self._content(entry) for entry in entries}

    def _entry(self, path: str) -> Entry:
        entry = self.entries.get(path)
        if entry is None:
            raise missing(path)
        if error := unreadable(entry):
            raise error
        return entry

    def _content(self, entry: Entry) -> bytes:
        data = self._objects.content(entry.blob or "")
        if error := unreadable(entry._replace(size=len(data))):
            raise error
        return data
