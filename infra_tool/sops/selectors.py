"""Which values of a file are encrypted, and regular expressions that mean the same in Go and in Python."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

SelectorKind = Literal[
    "unencrypted_suffix",
    "encrypted_suffix",
    "unencrypted_regex",
    "encrypted_regex",
    "unencrypted_comment_regex",
    "encrypted_comment_regex",
]
KINDS: tuple[SelectorKind, ...] = get_args(SelectorKind)

PIECE = re.compile(
    r"\\(?P<escape>[^\W\d_]|\d)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|(?P<end>\$)|(?P<group>\(\?[^:)]*[:)]?)"
    r"|(?P<repeat>[*+?}]\+)|(?P<open>\{,)|.",
    re.DOTALL,
)
ESCAPES = frozenset("abfnrtvABdDsSwWz")
IN_CLASS_ESCAPES = ESCAPES - frozenset("ABbz")
FLAGS = re.compile(r"\(\?[is]+\)")
GROUP = re.compile(r"\(\?(?::|[is]+[:)]|P<\w+>.*)")
IN_CLASS = re.compile(r"\\([^\W\d_]|\d)|\[:|&&|\|\||--|~~|(?<!^)\[")


@cache
def portable(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern of Go's regexp package (RE2).

    Only what both languages read alike is taken; `$` means the end of the text, `\d` and the like are ASCII. Raises
    ValueError with the reason: sops itself ignores a pattern it cannot compile and then encrypts nothing.
    """
    pieces = _scoped([_piece(match) for match in PIECE.finditer(pattern)])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile("".join(pieces), re.ASCII)
    except (re.error, FutureWarning, DeprecationWarning) as error:
        raise ValueError(str(error)) from error


def _scoped(pieces: list[str]) -> Iterator[str]:
    """Give flags in the midst of a pattern the scope that they have in Go: up to the end of the group around them."""
    if any(FLAGS.fullmatch(piece) for piece in pieces[1:]) and any(piece.startswith("(?P") for piece in pieces):
        raise ValueError("named groups beside flags are not read here")
    groups: list[list[str]] = [[]]
    for piece in pieces:
        if FLAGS.fullmatch(piece):
            groups[-1].append(f"{piece[:-1]}:")
            yield groups[-1][-1]
        elif piece == "|":
            yield from (")" * len(groups[-1]), piece, *groups[-1])
        elif piece == ")" and len(groups) > 1:
            yield ")" * len(groups.pop()) + piece
        else:
            groups += [[]] if piece == "(" or (piece.startswith("(?") and not piece.endswith(")")) else []
            yield piece
    yield ")" * len(groups[0])


def _piece(match: re.Match[str]) -> str:
    text = match.group()
    escape, group = match["escape"], match["group"]
    if escape and escape not in ESCAPES:
        raise ValueError(f"{text} means something else in Go")
    if group and not GROUP.fullmatch(group):
        raise ValueError(f"{group} is not known to Go, or means something else there")
    if match["repeat"] or match["open"]:
        raise ValueError(f"{text} means something else in Go")
    for odd in IN_CLASS.finditer(text[1:-1]) if len(text) > 1 and text.startswith("[") else ():
        if odd[1] is None or odd[1] not in IN_CLASS_ESCAPES:
            raise ValueError(f"{odd[0]} in a character class is not portable")
    if match["end"] or escape == "z":
        return r"\Z"
    return text


@dataclass(frozen=True)
class Selector:
    """One rule of choice; a path component that it hits switches everything below it."""

    kind: SelectorKind
    pattern: str

    @property
    def by_comment(self) -> bool:
        """Tell whether comments choose the values, which only the sops program can tell."""
        return self.kind.endswith("comment_regex")

    @property
    def problem(self) -> str | None:
        """Why this selector cannot be used, or None."""
        if not self.kind.endswith("_regex"):
            return None
        try:
            portable(self.pattern)
        except ValueError as error:
            return f"{self.kind} {self.pattern!r}: {error}"
        return None

    @property
    def root(self) -> bool:
        """Tell whether values are encrypted unless a component of their path is hit."""
        return self.kind.startswith("unencrypted")

    def step(self, key: str, *, selected: bool) -> bool:
        """Tell whether values below `key` are encrypted, given whether those around it are."""
        return selected and not self._hits(key) if self.root else selected or self._hits(key)

    def selects(self, path: tuple[str, ...]) -> bool:
        """Tell whether a value at a path of keys is encrypted."""
        selected = self.root
        for key in path:
            selected = self.step(key, selected=selected)
        return selected

    def _hits(self, key: str) -> bool:
        if self.by_comment:
            return False
        if self.kind.endswith("_suffix"):
            return key.endswith(self.pattern)
        return portable(self.pattern).search(key) is not None


DEFAULT = Selector("unencrypted_suffix", "_unencrypted")
"""What sops does in a file that names no selector: it encrypts everything, names and kinds included."""


def selector_kind(key: str) -> SelectorKind | None:
    """Return `key` when it is one that names a selector."""
    return next((kind for kind in KINDS if kind == key), None)
