"""What was asked before, for which index, and the answer."""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from time import time

from infra_tool import __version__
from infra_tool.replay import index, stamps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra_tool.replay.place import Place

NAME = "replay-"
KEPT = 30 * 24 * 3600
"""Seconds after which an answer that nothing asked for again is removed."""

UNREADABLE = (OSError, ValueError, TypeError, EOFError, LookupError)


class Answer:
    """What is printed on stdout and on stderr, and the exit code."""

    __slots__ = ("code", "notes", "out")

    def __init__(self, out: str, notes: str, code: int) -> None:
        """Keep the three."""
        self.out = out
        self.notes = notes
        self.code = code


def recall(place: Place) -> Answer | None:
    """Return the answer that was given for the same index before; None when there is none, or in doubt."""
    try:
        key, taken, records, answer = _load(_file(place))
        if key != _key(place) or taken != stamps.take() or records != index.parse(_read(place.index)):
            return None
        return Answer(*answer)
    except UNREADABLE:
        return None


def keep(place: Place, entries: Mapping[str, tuple[str, str | None]], answer: Answer) -> None:
    """Remember an answer; a cache that cannot be written costs time on the next run and nothing else.

    `entries` is what git says that the index holds: mode and object id by path below the root. Where that is not what
    is read here, nothing is remembered: later it could not be trusted, either.
    """
    try:
        records = index.parse(_read(place.index))
        if index.is_merged(records) and _below(place, records) == entries:
            _save(_file(place), (_key(place), stamps.take(), records, (answer.out, answer.notes, answer.code)))
    except UNREADABLE:
        return


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


def _load(path: str) -> tuple[object, object, object, tuple[str, str, int]]:
    """Return what `_save` wrote; raises one of UNREADABLE for anything else."""
    data = _read(path)
    if data[:8] != _checksum(data[8:]):
        raise ValueError("damaged")
    key, taken, records, answer = marshal.loads(data[8:])  # noqa: S302 -- only the user writes there, and checked
    return key, taken, records, answer


def _save(path: str, value: tuple[object, ...]) -> None:
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
