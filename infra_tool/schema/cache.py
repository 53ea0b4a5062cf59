"""The pruned definitions of one Kubernetes version as one small file in the user's cache directory.

A line a definition, so that a reader decodes only the ones it meets. Deleting the file changes only time.
"""

import contextlib
import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from infra_tool.schema.source import Definitions, Source

FORMAT = 1


class Bundle(NamedTuple):
    """What the file holds: kinds by apiVersion, and each definition as JSON."""

    kinds: dict[str, dict[str, str]]
    definitions: dict[str, str]


def directory(environment: Mapping[str, str]) -> Path | None:
    """Return where caches of infra-tool lie; None when there is no home."""
    if (base := environment.get("XDG_CACHE_HOME")) and Path(base).is_absolute():
        return Path(base) / "infra-tool"
    home = environment.get("HOME")
    return Path(home) / ".cache" / "infra-tool" if home else None


def name(source: Source) -> str:
    """Return the file name for one package version and Kubernetes version."""
    return f"schemas-{'.'.join(map(str, source.version))}-{source.package}.{FORMAT}.txt"


def encode(definitions: Definitions) -> Bundle:
    """Turn definitions into a bundle."""
    lines = {name: json.dumps(schema, separators=(",", ":")) for name, schema in definitions.definitions.items()}
    return Bundle(definitions.kinds, lines)


def read(file: Path) -> Bundle | None:
    """Return the bundle in `file`; None when there is none, or when it is not what `write` wrote."""
    try:
        checksum, _, body = file.read_bytes().partition(b"\n")
        if checksum != _checksum(body):
            return None
        header, *lines = body.decode().splitlines()
    except (OSError, ValueError):
        return None
    kinds: dict[str, dict[str, str]] = json.loads(header)
    return Bundle(kinds, dict(zip(lines[::2], lines[1::2], strict=True)))


def write(file: Path, bundle: Bundle) -> None:
    """Write `bundle` in one step; a directory that cannot be written to costs time on the next run and nothing else."""
    lines = [json.dumps(bundle.kinds, separators=(",", ":"))]
    for key, value in bundle.definitions.items():
        lines += (key, value)
    body = "\n".join(lines).encode()
    with contextlib.suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            temporary.write_bytes(_checksum(body) + b"\n" + body)
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)


def _checksum(body: bytes) -> bytes:
    return f"{zlib.crc32(body):08x}".encode()
