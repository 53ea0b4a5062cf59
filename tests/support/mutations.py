"""Documents with one defect each (or one oddity): made from whole ones by changing one place at a time."""

import copy
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Document = dict[str, Any]
Step = str | int

DATA = Path(__file__).parents[1] / "data/admission"
CORPUS = sorted(DATA.glob("documents/*.yaml"))
REFUSED = DATA / "refused"
"""What the API server refuses of each file of the corpus, as it was asked last: a line for each place."""

NUMBERS: tuple[object, ...] = (-1, 0, 1, 101, 65536, 2**31, 1.5, "7", None)
TEXTS: tuple[object, ...] = (
    "",
    "Bad_Value",
    "two words",
    "-dash",
    "dots.in.it",
    "1",
    "a/b",
    "a/b/c",
    "/a/../b",
    "a:b",
    "10.0.0.300",
    "x" * 64,
    "x" * 254,
    7,
    None,
)
KEYS = ("Bad_Key", "two words", "-dash", "a/b/c", "x" * 64, "UPPER.example.org/a", "..")
NAME = ("metadata", "name")
KEPT = {("apiVersion",), ("kind",), ("metadata",)}
"""What says where a request goes."""


class Mutant(NamedTuple):
    """A document of an object, where it was changed, and how (`put 0`, `remove`, `repeat` and so on)."""

    object: str
    path: tuple[Step, ...]
    change: str
    document: Document

    @property
    def place(self) -> str:
        return f"{self.object} {'.'.join(map(str, self.path))}".strip()

    def __str__(self) -> str:
        return f"{self.place}: {self.change}"


def corpus(path: Path) -> Iterator[tuple[Document, list[Mutant]]]:
    """Yield each document of a file of the corpus with its mutants."""
    for whole in yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
        yield whole, list(mutants(whole))


def mutants(whole: Document) -> Iterator[Mutant]:
    """Yield the document as it is, and every change of one place of it."""
    name = f"{whole['kind']}/{whole['metadata']['name']}"
    yield Mutant(name, (), "nothing", whole)
    for path, value in places(whole, ()):
        if path not in KEPT:
            for change, new in changes(path, value):
                yield Mutant(name, path, change, put(whole, path, new))


def places(value: object, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], object]]:
    """Yield every value inside of a document with its path, from the outside in."""
    if path:
        yield path, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        yield from places(inner, (*path, step))


class Removed:
    """What a place is without its value."""


REMOVED = Removed()


def changes(path: tuple[Step, ...], value: object) -> Iterator[tuple[str, object]]:
    """Yield what may stand there instead."""
    if path == NAME:
        yield from _values(value, (text for text in TEXTS if isinstance(text, str) and text and "/" not in text))
        return
    if isinstance(path[-1], str):
        yield "remove", REMOVED
    match value:
        case bool():
            yield "flip", not value
        case int() | float() | str():
            yield from _values(value, TEXTS if isinstance(value, str) else NUMBERS)
        case list():
            yield "empty", []
            yield from (("repeat", [*value, copy.deepcopy(first)]) for first in value[:1])
        case dict():
            yield from _entries(value)
        case _:
            raise AssertionError(value)


def _values(value: object, others: Iterable[object]) -> Iterator[tuple[str, object]]:
    return ((f"put {_short(new)}", new) for new in others if new != value)


def _entries(value: Document) -> Iterator[tuple[str, object]]:
    yield "empty", {}
    yield "unknown field", {**value, "unknownField": "a"}
    if all(isinstance(inner, str) for inner in value.values()):
        yield from ((f"key {_short(key)}", {**value, key: "a"}) for key in KEYS)


def _short(value: object) -> str:
    return f"{len(value)} times x" if isinstance(value, str) and len(value) > 40 else repr(value)


def put(whole: Document, path: tuple[Step, ...], new: object) -> Document:
    """Return a copy with another value at one place."""
    made = copy.deepcopy(whole)
    owner: Any = made
    for step in path[:-1]:
        owner = owner[step]
    if isinstance(new, Removed):
        del owner[path[-1]]
    else:
        owner[path[-1]] = new
    return made
