"""Where `lint --staged` looks and how its answer is printed, as far as that can be told without git."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONFIG = ".infra-tool.yaml"
GIT = ".git"
VALUES = ("--format", "--fail-on", "-C")
"""The options that take a value and do not keep an answer from being replayed."""

Look = tuple[str | None, str, bool, bool]


class Place:
    """An infra repo, the index that holds its next commit, and how the answer looks."""

    __slots__ = ("git", "index", "look", "prefix", "root")

    def __init__(self, root: str, prefix: str, git: str, index: str, look: Look) -> None:
        """Keep all. `prefix` leads from the top of the work tree to the root: empty, or ends in a slash.

        `git` is the directory of the repo; `look` is the format, the severity that fails, whether a terminal reads it,
        and whether in colour.
        """
        self.root = root
        self.prefix = prefix
        self.git = git
        self.index = index
        self.look = look

    def objects(self) -> str:
        """Return the directory of git's objects; a linked work tree shares it, and has a file that says so."""
        git = self.git
        try:
            with open(os.path.join(git, "commondir"), encoding="utf-8", errors="surrogateescape") as stream:
                git = os.path.join(git, stream.readline().rstrip("\n"))
        except FileNotFoundError:
            pass
        return os.path.join(git, "objects")


def of(arguments: Sequence[str]) -> Place | None:
    """Return the place that a command line asks about; None for one that asks for more than a plain `lint --staged`."""
    try:
        options = dict(_options(arguments))
    except ValueError:
        return None
    if "--staged" not in options:
        return None
    directory = os.path.join(os.getcwd(), options.get("-C", ""))
    return at(directory, options.get("--format"), options.get("--fail-on", "error"))


def _options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the options of `lint` with their values; raises ValueError for any other word."""
    if arguments[:1] != ["lint"]:
        raise ValueError
    words = iter(arguments[1:])
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--staged":
            yield word, ""
        elif name in VALUES and (equals != "" or name == word):
            yield name, value if equals else next(words, "")
        else:
            raise ValueError


def at(directory: str, format_: str | None, fail_on: str) -> Place | None:
    """Return the place around a directory; None where git is needed to tell."""
    here = os.path.realpath(directory)
    top = here
    root = None
    while True:
        if root is None and os.path.isfile(os.path.join(top, CONFIG)):
            root = top
        if os.path.lexists(os.path.join(top, GIT)):
            break
        if top == os.path.dirname(top):
            return None
        top = os.path.dirname(top)
    root = root or top
    git = _git_directory(os.path.join(top, GIT))
    environment = os.environ
    if git is None or _is_elsewhere(environment.get("GIT_DIR"), git, top) or environment.get("GIT_WORK_TREE"):
        return None
    index = os.path.join(top, environment.get("GIT_INDEX_FILE") or os.path.join(git, "index"))
    is_terminal = sys.stdout.isatty()
    is_plain = bool(environment.get("NO_COLOR") or environment.get("CI"))
    prefix = "" if root == top else f"{os.path.relpath(root, top)}/"
    return Place(
        root, prefix, os.path.join(top, git), index, (format_, fail_on, is_terminal, is_terminal and not is_plain)
    )


def _git_directory(place: str) -> str | None:
    """Return the directory of a repo; a linked work tree and a submodule have a file that names it."""
    if os.path.isdir(place):
        return place
    with open(place, encoding="utf-8", errors="surrogateescape") as stream:
        name, _, path = stream.readline().rstrip("\n").partition(": ")
    return os.path.join(os.path.dirname(place), path) if name == "gitdir" else None


def _is_elsewhere(given: str | None, git: str, top: str) -> bool:
    """Tell whether GIT_DIR, as git hands it to hooks, means another repo, or another work tree than the one around."""
    if given is None:
        return False
    return os.getcwd() != top or os.path.realpath(given) != os.path.realpath(git)
