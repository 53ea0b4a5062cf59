"""What the commits of a branch did to some files."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from infra_tool.edits import Commit, Past
from infra_tool.git.command import run

FORMAT = "--format=%x00%H%x00%at%x00%an <%ae>%x00%B%x00"
LOG = ("log", "-z", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "--relative", "--encoding=UTF-8")
TIMEOUT = 300
HEAD = 6
"""Fields of a commit: an empty one, four that the format asks for, an empty one. Two fields a file follow."""


def read_past(place: Path, revision: str, paths: Iterable[str]) -> Iterator[Past]:
    """Iterate over the commits of the branch itself that changed `paths`, newest first; merges count as one change."""
    command = ("--literal-pathspecs", *LOG, "--no-show-signature", FORMAT, revision, "--", *paths)
    output = run(command, cwd=place, timeout=TIMEOUT).stdout
    fields = output.decode(errors="surrogateescape").split("\0")
    start = 0
    while start + HEAD <= len(fields):
        end = start + HEAD
        while end + 1 < len(fields) and fields[end].lstrip("\n").startswith(":"):
            end += 2
        yield _past(fields[start:end])
        start = end


def _past(fields: Sequence[str]) -> Past:
    sha, time, author, message = (_printable(field) for field in fields[1:5])
    blobs = {path: _blob(facts) for facts, path in zip(fields[HEAD::2], fields[HEAD + 1 :: 2], strict=True)}
    return Past(Commit(sha, int(time), author, message.rstrip("\n")), blobs)


def _blob(facts: str) -> str | None:
    """Return the object that `:MODE MODE BLOB BLOB STATUS` says a file became; None for a deletion."""
    blob = facts.split(" ")[3]
    return blob if blob.strip("0") else None


def _printable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
