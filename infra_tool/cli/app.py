"""The typer application: how a command is made, how it ends."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperOption

from infra_tool.cli import report
from infra_tool.errors import EXIT_FAILURE, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, InfraToolError, UsageError

SETTINGS = {"help_option_names": ["-h", "--help"]}


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


def new_app(**settings: Any) -> typer.Typer:  # noqa: ANN401 -- typer's own settings
    """Return an application or group with the settings that all share: no rich, no pydantic, no completion commands."""
    return typer.Typer(
        context_settings=SETTINGS,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        **settings,
    )


def add(app: typer.Typer, name: str, function: Callable[..., None], *, hidden: bool = False) -> None:
    """Make `function` the command `name`; the first line of its docstring is its help in the list of commands.

    `hidden`: the list leaves it out, since other programs call it, not people.
    """
    app.command(name, cls=_Command, context_settings=SETTINGS, hidden=hidden)(function)


def run(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run the command line to its end and return the exit code of the contract; every error is told on stderr.

    Raises OSError when a stream cannot be written.
    """
    failures = report.Failures(tuple(arguments), frozenset(_groups(app)))
    try:
        with _ended_cleanly():
            return _invoke(app, arguments)
    except InfraToolError as error:
        failures.show(error)
        return error.exit_code
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        failures.show(_as_told(error))
        return EXIT_FAILURE
    except Exception:  # noqa: BLE001 -- the one boundary: Python's own code for a traceback is 1, which reads as findings
        failures.show_bug()
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


def _groups(app: typer.Typer, above: str = "") -> Iterator[str]:
    """Yield the groups of commands, those inside of others with the way to them."""
    for info in app.registered_groups:
        name = f"{above}{info.name}"
        yield name
        if info.typer_instance is not None:
            yield from _groups(info.typer_instance, f"{name} ")


def _invoke(app: typer.Typer, arguments: Sequence[str]) -> int:
    from typer._click.exceptions import ClickException, NoArgsIsHelpError
    from typer._click.exceptions import UsageError as WrongUsage

    try:
        code = app(list(arguments), standalone_mode=False, prog_name="infra-tool")
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
