"""`infra-tool secret set`: set keys of a Secret."""

from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report
from infra_tool.cli.delivery import Target
from infra_tool.cli.secret import place, values

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.secrets import SetResult


@delivery.writing
def set_(  # noqa: PLR0913 -- these are its options
    path: place.PathArgument,
    keys: Annotated[list[str] | None, typer.Argument(metavar="KEY...", help="Keys whose values are asked for.")] = None,
    *,
    from_stdin: values.StdinOption = None,
    from_file: values.FileOption = None,
    from_env: values.EnvironmentOption = None,
    from_env_file: values.EnvironmentFileOption = None,
    generate: values.GenerateOption = None,
    no_restart: place.NoRestartOption = False,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Set keys of a Secret; three lines change.

    A value comes from a prompt, stdin, a file or the environment, never from an argument. A new key is added.
    """
    from infra_tool import secrets

    root = place.root(target)
    session = place.session(root, identity)
    name = place.inside(root, path)
    sources = values.Sources(
        keys or (), from_stdin or (), from_file or (), from_env or (), generate or (), from_env_file or ()
    )
    given = values.read(sources, session.entropy, name)
    outcome = place.deliver(
        lambda snapshot, session: secrets.set_values(snapshot, name, given, session, refresh=not no_restart),
        session,
        target,
        root,
    )
    _tell(outcome, target, format_)


def _tell(outcome: "Outcome[SetResult]", target: Target, format_: report.Format) -> None:
    done = outcome.result
    for entry in done.keys:
        if entry.similar:
            report.warn(f"{entry.key} is new; did you mean {entry.similar}?")
    result = {
        "path": done.path,
        "keys": [{"key": entry.key, "action": entry.action, "was_stub": entry.was_stub} for entry in done.keys],
        "restarted": list(done.restarted),
        "commit": outcome.commit,
    }
    delivery.finish("secret set", outcome, target, format_, result=result, text=_text(outcome))


def _text(outcome: "Outcome[SetResult]") -> str:
    words = {"set": "is set", "added": "is new", "unchanged": "has that value already"}
    done = outcome.result
    lines = [f"{done.path}: {entry.key} {words[entry.action]}" for entry in done.keys]
    return "\n".join([*lines, *place.ending(done.restarted, outcome.commit)])
