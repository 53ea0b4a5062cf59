"""What Flux leaves out of a source: `.sourceignore` files, which have the format of `.gitignore`, and its defaults.

As go-git reads patterns, which Flux uses: the last pattern that matches counts, and one that names a directory matches
everything below it; so a later `!pattern` brings back what an earlier one left out with its directory.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from infra_tool.edits import EXECUTABLE, FILE, Tree

NAME = ".sourceignore"
DEFAULTS = (
    *("*.jpg", "*.jpeg", "*.gif", "*.png", "*.wmv", "*.flv", "*.tar.gz", "*.zip"),
    *(".github/", ".circleci/", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml", "cloudbuild.yaml"),
    *("codeship-services.yml", "codeship-steps.yml", "**/.goreleaser.yml", "**/.sops.yaml", "**/.flux.yaml"),
)


class Ignored:
    """Tells what Flux leaves out of a tree; `is_default`: nothing but its own list."""

    def __init__(self, tree: Tree, more: str | None = "") -> None:
        """Read every `.sourceignore` of `tree`.

        `more` is the `spec.ignore` of the source, which counts most; None where it is not known: then Flux's own list
        may count for nothing.
        """
        self._patterns = [("", line) for line in DEFAULTS] if more is not None else []
        for path in sorted(_files(tree), key=lambda path: path.count("/")):
            directory = path[: -len(NAME)]
            self._read(directory, tree.read(path).decode(errors="replace"))
        self._read("", more or "")
        self.is_default = len(self._patterns) == (len(DEFAULTS) if more is not None else 0)
        self._patterns.reverse()

    def _read(self, directory: str, text: str) -> None:
        lines = text.splitlines()
        self._patterns += [(directory, line) for line in lines if line.strip() and not line.startswith("#")]

    def __contains__(self, path: str) -> bool:
        """Tell whether the file at `path` is left out."""
        for directory, pattern in self._patterns:
            if path.startswith(directory) and _compiled(pattern.removeprefix("!")).match(path[len(directory) :]):
                return not pattern.startswith("!")
        return False


def _files(tree: Tree) -> Iterator[str]:
    for path, entry in tree.entries.items():
        if entry.mode in (FILE, EXECUTABLE) and (path == NAME or path.endswith(f"/{NAME}")):
            yield path


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return the expression for a pattern; it matches the start of a path, up to the end or a `/`."""
    pattern = pattern.strip().removeprefix("\\")
    is_directory = pattern.endswith("/")
    parts = pattern.strip("/").split("/")
    is_anchored = pattern.startswith("/") or len(parts) > 1
    start = "" if is_anchored else "(?:.*/)?"
    return re.compile(f"{start}{''.join(_parts(parts))}{'/' if is_directory else '(?:/|$)'}")


def _parts(parts: Iterable[str]) -> Iterator[str]:
    separator = ""
    for part in parts:
        if part == "**":
            yield f"{separator}(?:[^/]+/)*"
            separator = ""
        else:
            yield separator + "".join(_translated(part))
            separator = "/"


def _translated(part: str) -> Iterator[str]:
    for piece in re.findall(r"\*+|\?|\[[^]]*\]|[^*?[]+|\[", part):
        if piece[0] == "*":
            yield "[^/]*"
        elif piece == "?":
            yield "[^/]"
        elif piece.startswith("[") and len(piece) > 1:
            yield piece.replace("[!", "[^")
        else:
            yield re.escape(piece)
