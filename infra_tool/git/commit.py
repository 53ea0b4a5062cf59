"""Make commits with plumbing: no index, no hooks; signed as git is configured."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from infra_tool.edits import File
from infra_tool.errors import UsageError
from infra_tool.git.command import run
from infra_tool.git.environment import environment

SETTINGS = r"^((user|author|committer)\.(name|email)|commit\.gpgsign)$"
FALLBACK = {"name": "infra-tool", "email": "infra-tool@localhost"}
TRUE = {"true", "yes", "on", "1"}

PENDING = "refs/infra-tool/pending"
"""The branch that fast-import insists on; it is never written."""


def commit(place: Path, parent: str | None, files: Mapping[str, File | None], message: str, author: str | None) -> str:
    """Return the id of a new commit on `parent` that changes `files` (paths from the top of the repo, None deletes).

    Nothing refers to it yet. Siblings of the files need not be there, as in a partial clone.
    """
    settings = _settings(place)
    tree = _tree(place, parent, files)
    sign = ("-S",) if settings.get("commit.gpgsign", "").lower() in TRUE else ()
    parents = ("-p", parent) if parent else ()
    done = run(
        ("commit-tree", *sign, *parents, "-F", "-", tree),
        cwd=place,
        stdin=f"{message.rstrip()}\n".encode(),
        env=environment(extra=identity(settings, author)),
    )
    return done.stdout.decode().strip()


def identity(settings: Mapping[str, str], author: str | None) -> dict[str, str]:
    """Return the variables that name author and committer where git itself does not know them; `author` wins."""
    found: dict[str, str] = {}
    for role in ("author", "committer"):
        for part, fallback in FALLBACK.items():
            variable = f"GIT_{role}_{part}".upper()
            known = variable in os.environ or f"{role}.{part}" in settings or f"user.{part}" in settings
            if not known and not (part == "email" and "EMAIL" in os.environ):
                found[variable] = fallback
    return {**found, **_author(author)} if author is not None else found


def with_subject(message: str, subject: str | None) -> str:
    """Return `message` with another first line, when one is given; its body and trailers stay."""
    if subject is None:
        return message
    _, _, rest = message.partition("\n")
    return f"{subject.strip()}\n{rest}"


def _author(author: str) -> dict[str, str]:
    match = re.fullmatch(r"([^<>\n\0]*[^<>\s\0])\s*<([^<>\n\0]*)>", author.strip())
    if match is None:
        raise UsageError("the author is not of the form 'NAME <MAIL>'")
    return {"GIT_AUTHOR_NAME": match[1], "GIT_AUTHOR_EMAIL": match[2]}


def _settings(place: Path) -> dict[str, str]:
    output = run(("config", "-z", "--get-regexp", SETTINGS), cwd=place, ok=(0, 1)).stdout
    pairs = (record.partition("\n") for record in output.decode(errors="replace").split("\0") if record)
    # A key without a value means true.
    return {key: value if separator else "true" for key, separator, value in pairs}


def _tree(place: Path, parent: str | None, files: Mapping[str, File | None]) -> str:
    """Write the blobs and directories and return the tree, as an expression that git understands."""
    start = f"commit {PENDING}\nmark :1\ncommitter {FALLBACK['name']} <{FALLBACK['email']}> 0 +0000\ndata 0\n"
    stream = [start.encode(), f"from {parent}\n".encode() if parent else b""]
    for path, file in files.items():
        name = _quote(path)
        if file is None:
            stream.append(b"D %s\n" % name)
        else:
            stream.append(b"M %s inline %s\ndata %d\n%s\n" % (file.mode.encode(), name, len(file.data), file.data))
    # Without a start the branch is forgotten again, and no ref is made.
    stream.append(f"\nget-mark :1\nreset {PENDING}\n\ndone\n".encode())
    output = run(("fast-import", "--quiet", "--done"), cwd=place, stdin=b"".join(stream)).stdout
    return f"{output.decode().strip()}^{{tree}}"


def _quote(path: str) -> bytes:
    """Return a path as git-fast-import(1) wants it when it may hold anything."""
    raw = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%s"' % raw
