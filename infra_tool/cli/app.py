"""The typer application: how a command is made, how it ends."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from infra_tool.cli import report
from infra_tool.errors import EXIT_FAILURE, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, InfraToolError, UsageError

SETTINGS = {"help_option_names": ["-h", "--help"]}
LEAN: Any = {"add_completion": False, "rich_markup_mode": None, "pretty_exceptions_enable": False}
"""No rich, no pydantic, no completion commands."""


def change_directory(place: str | None) -> None:
    """Go on in `place` when it is given; raises UsageError when that is no directory."""
    if place is None:
        return
    try:
        os.chdir(place)
    except OSError as error:
        raise UsageError(f"cannot work in {place}: {error.strerror}") from error


def _change_directory(_context: object, _parameter: object, value: str | None) -> None:
    change_directory(value)


class _Command(TyperCommand):
    """A command that can be told where to work, as `git -C` does."""

    def __init__(self, *arguments: Any, params: Sequence[Any] = (), **settings: Any) -> None:  # noqa: ANN401 -- typer's
        where = TyperOption(
            param_decls=["-C"],
            metavar="DIR",
            help="Work as if started in DIR.",
            is_eager=True,
            expose_value=False,
            callback=_change_directory,
        )
        super().__init__(*arguments, params=[*params, where], **settings)


class Later(TyperCommand):
    """Stands for a command or a group in the list of those above it, and loads it when it is called."""

    def __init__(self, name: str, where: str, about: str, *, hidden: bool) -> None:
        """Load it from `where`, as "module:name"."""
        super().__init__(name, help=about, hidden=hidden, rich_markup_mode=None)
        self._where = where

    def load(self) -> TyperCommand | TyperGroup:
        """Return what it stands for."""
        module, _, attribute = self._where.partition(":")
        found = getattr(import_module(module), attribute)
        return found if isinstance(found, TyperGroup) else _command(str(self.name), found, hidden=self.hidden)

    def make_context(self, *arguments: Any, **settings: Any) -> Any:  # noqa: ANN401 -- typer's
        """Go on as what it stands for."""
        return self.load().make_context(*arguments, **settings)


def new_group(about: str, callback: Callable[..., None] | None = None) -> TyperGroup:
    """Return a group of commands without any; `callback` takes the options that stand before the command."""
    app = typer.Typer(help=about, context_settings=SETTINGS, no_args_is_help=True, **LEAN)
    if callback:
        app.callback()(callback)
    return typer.main.get_group(app)


def add(group: TyperGroup, name: str, function: Callable[..., None]) -> None:
    """Make `function` the command `name`; the first line of its docstring is its help in the list of commands."""
    group.add_command(_command(name, function, hidden=False))


def add_later(group: TyperGroup, name: str, where: str, about: str, *, hidden: bool = False) -> None:
    """Make what `where` names, as "module:function" or "module:group", the command `name`; it is loaded when called.

    `about` is the first sentence of its help. `hidden`: the list leaves it out, since other programs call it, not
    people.
    """
    group.add_command(Later(name, where, about, hidden=hidden))


def _command(name: str, function: Callable[..., None], *, hidden: bool) -> TyperCommand:
    app = typer.Typer(**LEAN)
    app.command(name, cls=_Command, context_settings=SETTINGS, hidden=hidden)(function)
    return cast("TyperCommand", typer.main.get_command(app))


def run(group: TyperGroup, arguments: Sequence[str]) -> int:
    """Run the command line to its end and return the exit code of the contract; every error is told on stderr.

    Raises OSError when a stream cannot be written.
    """
    try:
        with _ended_cleanly():
            return _invoke(group, arguments)
    except InfraToolError as error:
        _failures(group, arguments).show(error)
        return error.exit_code
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        _failures(group, arguments).show(_as_told(error))
        return EXIT_FAILURE
    except Exception:  # noqa: BLE001 -- the one boundary: Python's own code for a traceback is 1, which reads as findings
        _failures(group, arguments).show_bug()
        return EXIT_FAILURE


@contextmanager
def _ended_cleanly() -> Iterator[None]:
    """Let a request to end, such as a CI job gets when it is cancelled, remove first what is private."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    try:
        # One that is ignored, as nohup does, stays so.
        wanted = [name for name in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(name) is signal.SIG_DFL]
        before = {name: signal.signal(name, stop) for name in wanted}
    except ValueError:  # only the main thread may
        before = {}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _as_told(error: OSError) -> InfraToolError:
    """Say what the system refused: a full disk or a file that may not be read is no bug of ours."""
    place = None if error.filename is None else str(error.filename)
    return InfraToolError(error.strerror or str(error), path=place)


def _failures(group: TyperGroup, arguments: Sequence[str]) -> report.Failures:
    words = arguments[2:] if arguments[:1] == ["-C"] else arguments
    command = words[: len(list(_groups(group, words)))]
    return report.Failures(arguments, " ".join(word for word in command if not word.startswith("-")))


def _groups(group: TyperGroup, words: Sequence[str]) -> Iterator[TyperGroup]:
    """Yield the groups that stand before a command, from the outermost, as far as they can be loaded."""
    yield group
    found = group.commands.get(words[0]) if words else None
    if isinstance(found, Later):
        with suppress(Exception):  # why it cannot be loaded is being told
            found = found.load()
    if isinstance(found, TyperGroup):
        yield from _groups(found, words[1:])


def _invoke(group: TyperGroup, arguments: Sequence[str]) -> int:
    from typer._click.exceptions import ClickException, NoArgsIsHelpError
    from typer._click.exceptions import UsageError as WrongUsage

    try:
        code = group(list(arguments), standalone_mode=False, prog_name="infra-tool")
    except typer.Abort:
        return EXIT_INTERRUPTED
    except SystemExit as ended:
        raise BrokenPipeError from ended  # typer's own way to end when a stream has no reader
    except NoArgsIsHelpError as error:
        report.note(error.format_message())
        return EXIT_USAGE
    except ClickException as error:
        context = error.ctx if isinstance(error, WrongUsage) else None
        hint = f"see {context.command_path} --help" if context else None
        raise UsageError(_lower(error.format_message()), hint=hint) from error
    return code if isinstance(code, int) else EXIT_OK


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")
