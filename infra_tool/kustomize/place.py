"""What an entry of a kustomization file names: a file, a directory, something elsewhere, or nothing."""

import posixpath
import re
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from infra_tool.edits import SUBMODULE, SYMLINK, Tree, children, is_directory, leaves_repo
from infra_tool.repo import KUSTOMIZATION_FILES, closest

URL = re.compile(r"[a-z][a-z0-9+.-]*://|git::|[\w.-]+@[\w.-]+:|github\.com[/:]|www\.github\.com[/:]")
MAX_LINKS = 40
"""Symlinks on one way; Linux gives up after as many."""


class Is(Enum):
    """What is at a place."""

    FILE = "file"
    DIRECTORY = "directory"
    REMOTE = "URL"
    OUTSIDE = "outside"
    NOTHING = "nothing"


class Target(NamedTuple):
    """What an entry names: `path` is repo-relative, symlinks followed; for a URL and what is outside, the text."""

    what: Is
    path: str


class Places:
    """The places of one tree."""

    def __init__(self, tree: Tree) -> None:
        """Look at `tree`."""
        self.tree = tree
        self._kustomizations: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _links(self) -> frozenset[str]:
        return frozenset(path for path, entry in self.tree.entries.items() if entry.mode == SYMLINK)

    def target(self, directory: str, text: str) -> Target:
        """Return what `text` names, seen from `directory`."""
        path = posixpath.normpath(f"{directory}/{text}" if directory else text)
        entry = self.tree.entries.get(path)
        if entry is not None and entry.mode not in (SYMLINK, SUBMODULE) and not text.startswith("/"):
            return Target(Is.FILE, path)
        if URL.match(text):
            return Target(Is.REMOTE, text)
        if text.startswith("/") or path == ".." or path.startswith("../"):
            return Target(Is.OUTSIDE, text if text.startswith("/") else path)
        return self._inside("" if path == "." else path)

    def _inside(self, path: str) -> Target:
        for _ in range(MAX_LINKS):
            link = self._link(path)
            if link is None:
                return self._plain(path)
            to = self.tree.read(link).decode(errors="replace")
            if leaves_repo(link, to):
                return Target(Is.OUTSIDE, to if to.startswith("/") else f"{path} -> {to}")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(link), to) + path[len(link) :])
        return Target(Is.NOTHING, path)

    def _link(self, path: str) -> str | None:
        """Return the outermost symlink on the way to `path`."""
        if not self._links:
            return None
        parts = path.split("/")
        ways = ("/".join(parts[:length]) for length in range(1, len(parts) + 1))
        return next((way for way in ways if way in self._links), None)

    def _plain(self, path: str) -> Target:
        entry = self.tree.entries.get(path)
        if entry is not None:
            return Target(Is.NOTHING if entry.mode == SUBMODULE else Is.FILE, path)
        return Target(Is.DIRECTORY if is_directory(self.tree, path) else Is.NOTHING, path)

    def kustomizations(self, directory: str) -> tuple[str, ...]:
        """Return the kustomization files of a directory, symlinks followed."""
        if directory not in self._kustomizations:
            found = (self._named(directory, name) for name in KUSTOMIZATION_FILES)
            self._kustomizations[directory] = tuple(path for path in found if path is not None)
        return self._kustomizations[directory]

    def _named(self, directory: str, name: str) -> str | None:
        entry = self.tree.entries.get(f"{directory}/{name}" if directory else name)
        if entry is None or entry.mode not in (SYMLINK, SUBMODULE):
            return entry.path if entry is not None else None
        what, path = self.target(directory, name)
        return path if what is Is.FILE else None

    def close(self, path: str) -> str | None:
        """Return what was probably meant by a path that does not exist, in the nearest directory that does."""
        directory, _, name = path.rpartition("/")
        known = children(self.tree, directory)
        found = closest(name, known)
        if found is None:
            return None
        return f"{directory}/{found}" if directory else found
