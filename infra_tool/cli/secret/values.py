"""Secret values as people give them: prompt, stdin, file, environment variable, random; never as an argument."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli.scaffolding import read_environment
from infra_tool.errors import InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.sops import Entropy, Secret

KEY = re.compile(r"[-._a-zA-Z0-9]+")
WAYS = "--from-stdin KEY, --from-file KEY=FILE, --from-env KEY=NAME or --generate KEY"

StdinOption = Annotated[
    list[str] | None, typer.Option("--from-stdin", metavar="KEY", help="Read the value of KEY from stdin.")
]
FileOption = Annotated[
    list[str] | None,
    typer.Option("--from-file", metavar="KEY=FILE", help="Take the bytes of a file; KEY is its name if not given."),
]
EnvironmentOption = Annotated[
    list[str] | None,
    typer.Option("--from-env", metavar="KEY=NAME", help="Take an environment variable; its name is KEY if not given."),
]
GenerateOption = Annotated[
    list[str] | None,
    typer.Option("--generate", metavar="KEY[:LEN]", help="Make a random value, 32 letters and digits."),
]

EnvironmentFileOption = Annotated[
    list[str] | None, typer.Option("--from-env-file", metavar="FILE", help="Take all KEY=VALUE lines; - for stdin.")
]


@dataclass(frozen=True)
class Sources:
    """What was asked for on the command line; `keys` are those to ask a person for."""

    keys: Sequence[str] = ()
    stdin: Sequence[str] = ()
    files: Sequence[str] = ()
    environment: Sequence[str] = ()
    generate: Sequence[str] = ()
    environment_files: Sequence[str] = ()

    @property
    def named(self) -> frozenset[str]:
        """The keys that the command line itself names."""
        with_source = (text.partition("=")[0] for text in (*self.files, *self.environment))
        return frozenset((*self.keys, *self.stdin, *with_source, *self.generated))

    @property
    def generated(self) -> frozenset[str]:
        """The keys with a random value."""
        return frozenset(text.partition(":")[0] for text in self.generate)


def read(sources: Sources, entropy: "Entropy", purpose: str) -> "dict[str, Secret]":
    """Return the values by key; `purpose` tells generated values of different files apart.

    Raises UsageError for a value among the arguments, for a missing or empty one, and for a key that is given twice.
    """
    made: dict[str, Secret] = {}
    for key, value in _all(sources, entropy, purpose):
        if key in made:
            raise UsageError(f"{key} is given twice")
        made[key] = value
    if not made:
        raise UsageError("no key is named", hint=f"name the KEY to be asked for its value, or {WAYS}")
    return made


def _all(sources: Sources, entropy: "Entropy", purpose: str) -> "Iterator[tuple[str, Secret]]":
    from infra_tool import secrets

    for key in sources.keys:
        check_key(key)
    for text in sources.generate:
        key, length = secrets.parse_request(text)
        check_key(key)
        yield key, secrets.generate(entropy, f"{purpose} {key}", length)
    for name in sources.environment_files:
        yield from secrets.read_environment_file(content(name), name).items()
    yield from _pairs(sources.files, _file, lambda text: Path(text).name)
    yield from _pairs(sources.environment, _variable, str)
    if len(sources.stdin) + list(sources.environment_files).count("-") > 1:
        raise UsageError("stdin holds one value only", hint="--from-file KEY=FILE")
    for key in sources.stdin:
        check_key(key)
        yield key, _stdin(key)
    for key in sources.keys:
        yield key, _asked(key)


def check_key(key: str) -> None:
    """Raise UsageError for what is no key of a Secret; what may be a value is not repeated."""
    if "=" in key:
        raise UsageError("a secret value is never an argument: other programs see it", hint=WAYS)
    if not KEY.fullmatch(key):
        raise UsageError("a key of a Secret holds letters, digits, - _ . only", hint=f"a value goes by {WAYS}")


def _pairs(
    texts: Sequence[str], take: "Callable[[str], Secret]", name: Callable[[str], str]
) -> "Iterator[tuple[str, Secret]]":
    for text in texts:
        key, separator, source = text.partition("=")
        source = source if separator else text
        key = key if separator else name(text)
        check_key(key)
        yield key, take(source)


def content(name: str) -> bytes:
    """Return what is in a file of a person, `-` for stdin."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InfraToolError(f"cannot read {name}: {error.strerror}") from error


def _file(name: str) -> "Secret":
    from infra_tool.sops import Secret

    return Secret(content(name))


def _variable(name: str) -> "Secret":
    from infra_tool.sops import Secret

    return Secret(read_environment(name))


def _stdin(key: str) -> "Secret":
    """Read stdin; the line feed that `echo` puts behind a value of one line is not part of it."""
    from infra_tool.sops import Secret

    if sys.stdin.isatty():
        return _asked(key)
    data = content("-")
    line = data.removesuffix(b"\n").removesuffix(b"\r")
    return _not_empty(key, Secret(data if b"\n" in line else line))


def _asked(key: str) -> "Secret":
    from infra_tool.sops import Secret

    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask for a value", hint=WAYS)
    return _not_empty(
        key, Secret(str(typer.prompt(f"Value of {key}", hide_input=True, err=True, default="", show_default=False)))
    )


def _not_empty(key: str, value: "Secret") -> "Secret":
    if not value.data:
        raise UsageError(f"the value of {key} is empty", hint=f"if that is meant: --from-file {key}=/dev/null")
    return value
