"""Read git's index file without git: what it holds, not when files were looked at; see gitformat-index(5)."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = b"DIRC"
VERSIONS = (2, 3)
HEADER = 12
MODE = 24
ID = 40
ID_SIZE = 20
"""A repo with SHA-256 has longer ids: its index does not read as one here, and nothing is replayed."""

FLAGS = 4 + ID_SIZE
"""Where the flags of a record are; the path follows them, after further flags where there are any."""

EXTENDED = 0x4000
STAGES = 0x3000
INTENT_TO_ADD = 0x2000
REGULAR = ((0o100644).to_bytes(4), (0o100755).to_bytes(4))
MANY = 20
"""Up to how many changed files it pays to judge those alone."""

ELSEWHERE = (b"link", b"sdir")
"""Extensions that say that entries stand in another file (a split index) or for more than themselves (a sparse one)."""


def parse(data: bytes) -> list[bytes]:
    """Return a record for each entry of an index: mode, object id, flags and path.

    Raises ValueError or IndexError for an index that cannot be read here.
    """
    if data[:4] != SIGNATURE:
        raise ValueError("no index")
    if int.from_bytes(data[4:8]) not in VERSIONS:
        raise ValueError("another version of the index")
    records = []
    position = HEADER
    for _ in range(int.from_bytes(data[8:HEADER])):
        path = position + ID + ID_SIZE + (4 if data[position + ID + ID_SIZE] & EXTENDED >> 8 else 2)
        end = data.index(0, path)
        records.append(data[position + MODE : position + MODE + 4] + data[position + ID : end])
        position += (end - position + 8) & ~7
    _check_extensions(data, position)
    return records


def _check_extensions(data: bytes, position: int) -> None:
    end = len(data) - ID_SIZE
    while position < end:
        if data[position : position + 4] in ELSEWHERE:
            raise ValueError("entries in another file")
        position += 8 + int.from_bytes(data[position + 4 : position + 8])
    if position != end:
        raise ValueError("not an index")


def committed(records: list[bytes]) -> Iterator[tuple[bytes, str, str]]:
    """Yield path, mode and object id of what the next commit holds, which a file that is only to be added is not."""
    for record in records:
        flags = int.from_bytes(record[FLAGS : FLAGS + 2])
        more = int.from_bytes(record[FLAGS + 2 : FLAGS + 4]) if flags & EXTENDED else 0
        if not more & INTENT_TO_ADD:
            path = record[FLAGS + (4 if flags & EXTENDED else 2) :]
            yield path, f"{int.from_bytes(record[:4]):06o}", record[4:FLAGS].hex()


def is_merged(records: list[bytes]) -> bool:
    """Tell whether there is no conflict."""
    return not any(record[FLAGS] & STAGES >> 8 for record in records)


def differing(before: list[bytes], after: list[bytes], prefix: str) -> list[tuple[str, str, str]]:
    """Return path below `prefix`, old and new object id of each file that has another content.

    Empty when anything else differs, or more than MANY files.
    """
    if len(before) != len(after):
        return []
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    if len(pairs) > MANY:
        return []
    found = []
    for old, new in pairs:
        path = os.fsdecode(new[FLAGS + 2 :])
        is_same = old[:4] == new[:4] and old[FLAGS:] == new[FLAGS:]
        if (
            not is_same
            or new[FLAGS] & (EXTENDED | STAGES) >> 8
            or new[:4] not in REGULAR
            or not path.startswith(prefix)
        ):
            return []
        found.append((path.removeprefix(prefix), old[4:FLAGS].hex(), new[4:FLAGS].hex()))
    return found
