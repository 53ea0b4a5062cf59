"""How the values of a configuration file are read: a reader takes a node and returns a value, or says what is wrong."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, TypeVar, cast

from infra_tool import yamldoc
from infra_tool.errors import UsageError
from infra_tool.repo.closest import did_you_mean
from infra_tool.yamldoc import Content, Node, Scalar, YamlFile

T = TypeVar("T")
W = TypeVar("W", bound=str)
Read = Callable[["Setting"], T]

MINOR = re.compile(r"[0-9]+\.[0-9]+")
KINDS = {bool: "a boolean", int: "a number", float: "a number", type(None): "empty"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A value to be read: where it is, and its dotted name."""

    file: YamlFile
    name: str
    node: Content

    def wrong(self, problem: str, *, hint: str | None = None, at: Node | None = None) -> UsageError:
        """Return the error for this setting."""
        line = self.file.line(at or self.node)
        return UsageError(f"{self.name or 'the configuration'} {problem}", hint=hint, path=self.file.path, line=line)

    def below(self, name: str, node: Content) -> "Setting":
        """Return a setting inside of this one."""
        return Setting(self.file, f"{self.name}.{name}" if self.name else name, node)

    def entries(self) -> Iterator[tuple[Scalar, Content]]:
        """Iterate over a mapping, which no key may be in twice; an empty value is an empty mapping."""
        if isinstance(self.node, Scalar) and self.is_empty():
            return
        if not isinstance(self.node, yamldoc.Mapping):
            raise self.wrong("must be a mapping")
        seen: set[str] = set()
        for key, value in self.node.items:
            if not isinstance(key, Scalar):
                raise self.wrong("has a key that is no text", at=key)
            if key.value in seen:
                raise self.below(key.value, self.node).wrong("is given twice", at=key)
            seen.add(key.value)
            yield key, yamldoc.follow(value)

    def items(self) -> "Iterator[Setting]":
        """Iterate over a list; an empty value is an empty list."""
        if isinstance(self.node, Scalar) and self.is_empty():
            return
        if not isinstance(self.node, yamldoc.Sequence):
            raise self.wrong("must be a list")
        for index, item in enumerate(self.node.values()):
            yield Setting(self.file, f"{self.name}[{index}]", item)

    def is_empty(self) -> bool:
        """Tell whether nothing is given: null, or a text without characters."""
        return isinstance(self.node, Scalar) and yamldoc.resolve_scalar(self.node, "manifest") in (None, "")


def setting(read: Read[T], default: T, doc: str, *, key: str | None = None) -> T:
    """Declare a field of a configuration: how it is read, its default, its documentation; `key` where it is no name."""
    metadata = {"read": read, "doc": doc, "key": key}
    return field(default_factory=lambda: default, metadata=metadata)


def needed(read: Read[T], doc: str) -> T:
    """Declare a field that has no default."""
    return cast("T", field(metadata={"read": read, "doc": doc}))


def section(kind: type[T]) -> Read[T]:
    """Read a mapping as a dataclass whose fields are settings."""

    def read(place: Setting) -> T:
        known = {_key(item): item for item in fields(cast("Any", kind)) if "read" in item.metadata}
        values: dict[str, object] = {}
        for key, node in place.entries():
            if key.value not in known:
                name = f"{place.name}.{key.value}" if place.name else key.value
                problem = f"{name} is no key of the configuration"
                hint = did_you_mean(key.value, known) or f"known: {', '.join(known)}"
                raise UsageError(problem, hint=hint, path=place.file.path, line=place.file.line(key))
            item = known[key.value]
            inner = place.below(key.value, node)
            if not inner.is_empty():
                values[item.name] = item.metadata["read"](inner)
        missing = [key for key, item in known.items() if _is_needed(item) and item.name not in values]
        if missing:
            raise place.wrong(f"needs {' and '.join(missing)}")
        return kind(**values)

    return read


def _key(item: "Field[Any]") -> str:
    return str(item.metadata.get("key") or item.name)


def _is_needed(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def text(place: Setting) -> str:
    """Read a text; a number or boolean that was meant as one must be quoted."""
    if not isinstance(place.node, Scalar):
        raise place.wrong("must be a text")
    value = yamldoc.resolve_scalar(place.node, "manifest")
    if not isinstance(value, str):
        raise place.wrong(
            f"must be a text, not {KINDS.get(type(value), 'a date')}", hint=f'write "{place.node.value}", in quotes'
        )
    return value


def number(place: Setting) -> int:
    """Read a whole number."""
    value = yamldoc.resolve_scalar(place.node, "manifest") if isinstance(place.node, Scalar) else None
    if not isinstance(value, int) or isinstance(value, bool):
        raise place.wrong("must be a whole number")
    return value


def minor(place: Setting) -> str:
    """Read a minor version, such as "1.33"; without quotes 1.30 would be the number 1.3."""
    value = text(place).removeprefix("v")
    if not MINOR.fullmatch(value):
        raise place.wrong(f"must be a minor version, not {value!r}", hint='for example "1.33"')
    return value


def one_of(*words: W) -> Read[W]:
    """Read one of a few words."""

    def read(place: Setting) -> W:
        value = text(place)
        found = next((word for word in words if word == value), None)
        if found is None:
            raise place.wrong(f"must be one of {', '.join(words)}, not {value!r}", hint=did_you_mean(value, words))
        return found

    return read


def checked(read: Read[str], check: Callable[[str], object]) -> Read[str]:
    """Read a text that `check` accepts: it raises UsageError, which gets path and line here."""

    def read_checked(place: Setting) -> str:
        value = read(place)
        try:
            check(value)
        except UsageError as error:
            raise place.wrong(f"is wrong: {error.message}", hint=error.hint) from None
        return value

    return read_checked


def each(read: Read[T]) -> Read[tuple[T, ...]]:
    """Read a list."""
    return lambda place: tuple(read(item) for item in place.items())


def by_name(read: Read[T]) -> Read[Mapping[str, T]]:
    """Read a mapping from names to values of one kind."""
    return lambda place: {key.value: read(place.below(key.value, node)) for key, node in place.entries()}
