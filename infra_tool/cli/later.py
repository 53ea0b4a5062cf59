"""Options of the contract that are not built yet: known, so that the answer is better than "no such option"."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated

import typer

from infra_tool.errors import UsageError


def later(*options: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a command refuse `options`; one that takes a value is given as `--name=`."""

    def extend(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command)
        shared = [_parameter(option) for option in options]

        @functools.wraps(command)
        def run(**given: object) -> None:
            command(**{name: given[name] for name in own.parameters})

        parameters = [*own.parameters.values(), *shared]
        run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # inspect reads it
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        return run

    return extend


def _parameter(option: str) -> inspect.Parameter:
    flag = option.removesuffix("=")

    def refuse(value: object) -> None:
        if value:
            raise UsageError(f"{flag} is not built yet", hint="--help lists what is")

    info = typer.Option(flag, hidden=True, callback=refuse)
    kind: object = Annotated[bool, info] if flag == option else Annotated[str | None, info]
    name = f"_{flag.strip('-').replace('-', '_')}"
    default = False if flag == option else None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
