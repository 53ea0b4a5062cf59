"""What was asked before, for which index, and the answer."""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from time import time

from infra_tool import __version__
from infra_tool.replay import index, stamps, versions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from infra_tool.replay.place import Place
    from infra_tool.replay.versions import Versions

NAME = "replay-"
MORE = ".more"
KEPT = 30 * 24 * 3600
"""Seconds after which an answer that nothing asked for again is removed."""

UNREADABLE = (OSError, ValueError, TypeError, EOFError, LookupError, zlib.error)


class Answer:
    """What is printed on stdout and on stderr, and the exit code."""

    __slots__ = ("code", "notes", "out")

    def __init__(self, out: str, notes: str, code: int) -> None:
        """Keep the three."""
        self.out = out
        self.notes = notes
        self.code = code


class Change:
    """An index that differs from one that was judged in the content of a few files, and what was remembered of that.

    `files` are path below the root, old and new object id; `records` is the new index, `answer` the one that was given.
    """

    __slots__ = ("_more", "answer", "files", "records")

    def __init__(
        self, records: list[bytes], files: list[tuple[str, str, str]], answer: Answer, more: tuple[str, bytes]
    ) -> None:
        """Keep what differs; `more` is a file, and the sum of the answer that it must belong to."""
        self.records = records
        self.files = files
        self.answer = answer
        self._more = more

    def remembered(self) -> tuple[object, Versions]:
        """Return what `keep` was given besides the answer; raises one of UNREADABLE when it is not there any more."""
        more, known = self._load()
        return marshal.loads(more), known  # noqa: S302 -- as below

    def again(self, place: Place) -> Answer | None:
        """Return the answer that was given, and remember it, where nothing but versions of images changed."""
        try:
            more, known = self._load()
            found = versions.unchanged(known, self.files, place.objects())
            if found is None:
                return None
            _keep(place, self.records, self.answer, more, {**known, **found})
        except UNREADABLE:
            return None
        return self.answer

    def _load(self) -> tuple[bytes, Versions]:
        path, belongs_to = self._more
        found, more, known = _load(path)
        if found != belongs_to:
            raise ValueError("of another answer")
        return more, known

    def blob(self, path: str) -> str | None:
        """Return the object id of a file, by its path from the top of the work tree."""
        name = os.fsencode(path)
        found = (
            blob for other, _, blob in index.committed([r for r in self.records if r.endswith(name)]) if other == name
        )
        return next(found, None)


def recall(place: Place) -> Answer | Change | None:
    """Return the answer that was given for the same index before, or what changed; None in doubt, or for much.

    An index in which nothing but versions of images changed is the same.
    """
    try:
        path = _file(place)
        data = _read(path)
        key, taken, before, answer = _opened(data)
        if key != _key(place) or taken != stamps.take():
            return None
        records = index.parse(_read(place.index))
        if records == before:
            return Answer(*answer)
        files = index.differing(before, records, place.prefix)
    except UNREADABLE:
        return None
    if not files:
        return None
    change = Change(records, files, Answer(*answer), (path + MORE, data[:8]))
    return change.again(place) or change


def keep(
    place: Place,
    entries: Mapping[str, tuple[str, str | None]],
    answer: Answer,
    more: object = None,
    known: Versions | None = None,
) -> None:
    """Remember an answer; a cache that cannot be written costs time on the next run and nothing else.

    `entries` is what git says that the index holds: mode and object id by path below the root. Where that is not what
    is read here, nothing is remembered: later it could not be trusted, either. `more` is for `Change.remembered`:
    texts, numbers, None and tuples of those; `known` are the images of manifests as in `versions.unchanged`.
    """
    try:
        records = index.parse(_read(place.index))
    except UNREADABLE:
        return
    if index.is_merged(records) and _below(place, records) == entries:
        keep_again(place, records, answer, more, known or {})


def keep_again(place: Place, records: list[bytes], answer: Answer, more: object, known: Versions) -> None:
    """Remember an answer for the index of a Change."""
    try:
        _keep(place, records, answer, marshal.dumps(more), known)  # type: ignore[arg-type]  # what marshal knows
    except UNREADABLE:
        return


def _keep(place: Place, records: list[bytes], answer: Answer, more: bytes, known: Versions) -> None:
    path = _file(place)
    belongs_to = _save(path, (_key(place), stamps.take(), records, (answer.out, answer.notes, answer.code)))
    _save(path + MORE, (belongs_to, more, known))


def _below(place: Place, records: list[bytes]) -> dict[str, tuple[str, str]]:
    prefix = place.prefix
    found = {os.fsdecode(path): (mode, blob) for path, mode, blob in index.committed(records)}
    return {path.removeprefix(prefix): facts for path, facts in found.items() if path.startswith(prefix)}


def _key(place: Place) -> tuple[object, ...]:
    return (__version__, sys.version, place.root, place.look)


def _file(place: Place) -> str:
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "infra-tool", f"{NAME}{zlib.crc32(repr(_key(place)).encode()):08x}")


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _load(path: str) -> Any:  # noqa: ANN401 -- marshal's
    """Return what `_save` wrote; raises one of UNREADABLE for anything else."""
    return _opened(_read(path))


def _opened(data: bytes) -> Any:  # noqa: ANN401 -- marshal's
    if data[:8] != _checksum(data[8:]):
        raise ValueError("damaged")
    return marshal.loads(data[8:])  # noqa: S302 -- only the user writes there, and the sum is right


def _save(path: str, value: tuple[object, ...]) -> bytes:
    """Write a value in one step, and return its sum."""
    directory = os.path.dirname(path)
    os.makedirs(directory, mode=0o700, exist_ok=True)
    _tidy(directory)
    body = marshal.dumps(value)  # type: ignore[arg-type]  # tuples of what marshal knows
    temporary = f"{path}.{os.getpid()}"
    try:
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
            stream.write(_checksum(body) + body)
        os.replace(temporary, path)
    except OSError:
        _remove(temporary)
        raise
    return _checksum(body)


def _tidy(directory: str) -> None:
    """Remove what is old, and what a kill left half-written."""
    with os.scandir(directory) as entries:
        old = [entry.path for entry in entries if entry.name.startswith(NAME) and entry.stat().st_mtime < time() - KEPT]
    for path in old:
        _remove(path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


def _checksum(body: bytes) -> bytes:
    return b"%08x" % zlib.crc32(body)
