"""Tell, without reading YAML, that all that changed is which version of an image runs, or words for people.

That is what most commits to an infra repo do. Two whole commits, or two versions of three numbers, are the same to
every rule. With the old versions put back, the bytes must have the object id that they had: then nothing else changed.
"""

from __future__ import annotations

import os
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Images = tuple[bytes, ...]
Versions = dict[str, Images]
"""The images of manifests by path; a text for people has none."""

SIGNS = (b"PRIVATE KEY", b"AGE-", b"client-key-data", b"<<<<<<< ", b"infra-tool:", b"ENC[", b"\0", b"\r")
"""What the rules that judge any text look for. Where none of it is, they have nothing to say."""

KEY = b"image: "
LARGEST = 1 << 20
"""Bytes; what is larger is read by the full run."""

COMMIT = 40
NUMBERS = 3
DIGITS = 9
"""More of them in one number are a date or a mistake."""


def images(data: bytes) -> Images:
    """Return what stands behind each `image:` of a manifest, in order, up to the first space."""
    return tuple(data[start:end] for start, end in _places(data))


def lines(data: bytes) -> frozenset[int]:
    """Return the numbers of the lines with an image."""
    ends = (b"\n", b"\r")
    return frozenset(
        sum(data.count(end, 0, start) for end in ends) - data.count(b"\r\n", 0, start) + 1 for start, _ in _places(data)
    )


def unchanged(known: Versions, files: Sequence[tuple[str, str, str]], objects: str) -> Versions | None:
    """Return the images of changed files (path, old and new object id); None when more than versions changed.

    `known` are the images of each manifest, and the texts, about which nobody said anything that could be another thing
    now; `objects` is git's directory of them.
    Raises OSError for an object that is in a pack, and ValueError or zlib.error for one that cannot be read.
    """
    found: Versions = {}
    for path, old, new in files:
        if path not in known:
            return None
        data = _loose(objects, new)
        if not known[path]:
            if not is_plain(data):
                return None
            found[path] = known[path]
            continue
        before = _with(data, known[path])
        if before is None or _object_id(before) != old:
            return None
        found[path] = images(data)
    return found


def is_plain(text: bytes) -> bool:
    """Tell whether a text is UTF-8 and holds nothing that a rule looks for."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return not any(sign in text for sign in SIGNS)


def _places(data: bytes) -> Iterator[tuple[int, int]]:
    start = data.find(KEY)
    while start >= 0:
        start += len(KEY)
        end = start
        while end < len(data) and data[end] not in b" \r\n":
            end += 1
        yield start, end
        start = data.find(KEY, end)


def _with(data: bytes, old: Images) -> bytes | None:
    """Return `data` with the old images; None where those have not only other versions."""
    places = list(_places(data))
    if len(places) != len(old):
        return None
    pieces: list[bytes] = []
    position = 0
    for (start, end), image in zip(places, old, strict=True):
        if data[start:end] != image and not _differ_in_version(data[start:end], image):
            return None
        pieces += (data[position:start], image)
        position = end
    return b"".join((*pieces, data[position:]))


def _differ_in_version(one: bytes, other: bytes) -> bool:
    name, colon, version = one.rpartition(b":")
    return (
        bool(name and colon)
        and other.startswith(name + colon)
        and _is_version(version)
        and _is_version(other[len(name) + 1 :])
    )


def _is_version(text: bytes) -> bool:
    """Tell whether a tag is a whole commit, or a version such as 1.70.0 or v1.70.0."""
    if len(text) == COMMIT:
        return not text.strip(b"0123456789abcdef")
    numbers = text.removeprefix(b"v").split(b".")
    return len(numbers) == NUMBERS and all(number.isdigit() and len(number) <= DIGITS for number in numbers)


def _loose(objects: str, blob: str) -> bytes:
    """Return the content of an object that is in no pack yet, as what was just added is."""
    with open(os.path.join(objects, blob[:2], blob[2:]), "rb") as stream:
        head, _, content = zlib.decompressobj().decompress(stream.read(LARGEST), LARGEST).partition(b"\0")
    if head != b"blob %d" % len(content):
        raise ValueError("no file, or a large one")
    return content


def _object_id(content: bytes) -> str:
    # Only a changed index needs it.
    from hashlib import sha1  # noqa: PLC0415

    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
