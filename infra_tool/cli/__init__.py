"""The command line: one file a command or group, one line here for each.

The only place besides `__main__.py` that prints or exits. Everything heavy loads inside the command that needs it.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from infra_tool import __version__
from infra_tool.cli import (
    bootstrap,
    bump,
    demo,
    encrypt_secret,
    history,
    hold,
    hook,
    image,
    init,
    lint,
    new_cd,
    new_cluster,
    new_service,
    prune_tags,
    render,
    rollback,
    secret,
)
from infra_tool.cli.app import add, change_directory, new_app, run

Command = Callable[..., None]

COMMANDS: tuple[tuple[str, Command], ...] = (
    ("init", init.init),
    ("new-cluster", new_cluster.new_cluster),
    ("bootstrap", bootstrap.bootstrap),
    ("new-service", new_service.new_service),
    ("new-cd", new_cd.new_cd),
    ("encrypt-secret", encrypt_secret.encrypt_secret),
    ("render", render.render),
    ("bump", bump.bump),
    ("rollback", rollback.rollback),
    ("hold", hold.hold),
    ("unhold", hold.unhold),
    ("history", history.history),
    ("prune-tags", prune_tags.prune_tags),
    ("lint", lint.lint),
    ("demo", demo.demo),
)
GROUPS: tuple[tuple[str, typer.Typer], ...] = (("secret", secret.group), ("hook", hook.group), ("image", image.group))


def build() -> typer.Typer:
    """Return the whole application."""
    app = new_app(help="Manage a GitOps infra repo: scaffold services, keep secrets, move image tags, guard the tree.")
    app.callback()(_top)
    for name, function in COMMANDS:
        add(app, name, function)
    for name, group in GROUPS:
        app.add_typer(group, name=name)
    return app


def _show_version(asked: bool) -> None:
    if asked:
        print(f"infra-tool {__version__}")
        raise typer.Exit


def _top(
    *,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_show_version)
    ] = False,
    directory: Annotated[str | None, typer.Option("-C", metavar="DIR", help="Work as if started in DIR.")] = None,
) -> None:
    change_directory(directory)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    return run(build(), sys.argv[1:] if arguments is None else arguments)
