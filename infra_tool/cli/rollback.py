"""`infra-tool rollback`: back to a version that ran before, held there."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, deploying, report, waiting
from infra_tool.cli.delivery import Target
from infra_tool.cli.gitea_token import TOKEN, TokenEnvOption
from infra_tool.cli.registry_auth import RegistryAuthEnv, asking
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.deploy import RolledBack
    from infra_tool.git import Outcome

PATIENCE = 5
"""Seconds for a registry to answer: who goes back is in a hurry."""


@delivery.writing
def rollback(  # noqa: PLR0913 -- these are its options
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="What to take back.")],
    *,
    to: Annotated[str | None, typer.Option(metavar="TAG", help="The tag to go back to; it must have run.")] = None,
    previous: Annotated[
        bool, typer.Option("--previous", help="Go back to what ran before; so it is without --to.")
    ] = False,
    no_hold: Annotated[bool, typer.Option("--no-hold", help="Let the next build move it again.")] = False,
    image: Annotated[str | None, typer.Option(metavar="NAME", help="Image, where a service has several.")] = None,
    registry_auth_env: RegistryAuthEnv = None,
    wait: waiting.WaitOption = False,
    token_env: TokenEnvOption = TOKEN,
    gitea_url: waiting.GiteaUrlOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Go back to a version that ran before, and hold it there."""
    from infra_tool import deploy

    if to and previous:
        raise UsageError("--to and --previous exclude each other")
    hold = None if no_hold else deploying.new_hold(target, None)
    wanted = deploy.RollbackWanted(service=service, to=to, image=image, hold=hold)
    look = asking(registry_auth_env, PATIENCE)
    waits = waiting.waiting(target, token_env, gitea_url) if wait else None
    outcome = deploying.deliver(deploy.rollback(wanted, look, second_reader=target.remote is None), target)
    _tell(outcome, waiting.after(outcome, waits), target, format_)


def _tell(outcome: "Outcome[RolledBack]", applied: str | None, target: Target, format_: report.Format) -> None:
    made = outcome.result
    result = {
        "service": made.service,
        "action": "rolled-back" if made.changes else "unchanged",
        "old": made.old,
        "new": made.new,
        "changes": [change._asdict() for change in made.changes],
        "held_by": made.hold._asdict() if made.hold is not None else None,
        "also_changed": [asdict(one) for one in made.also_changed],
        "unverified": made.unverified,
        **deploying.where(outcome, target, applied),
    }
    lines = [
        f"{made.service}: {made.old} -> {made.new}" if made.changes else f"{made.service}: runs {made.new} already"
    ]
    lines += [f"  {change.path}:{change.line}" for change in made.changes]
    if made.hold is not None:
        lines.append(f"held; infra-tool unhold {made.service} lets builds move it again")
    text = "\n".join([*lines, *deploying.committed(outcome, applied)])
    delivery.finish("rollback", outcome, target, format_, result=result, text=text)
    if made.unverified:
        report.warn(f"whether the registry still has {made.new} is not known: {made.unverified}")
    if made.also_changed:
        report.warn(f"since {made.new} ran, this changed too and stays as it is:")
        for one in made.also_changed:
            report.note(f"  {one.path} ({one.commit[:12]} {one.subject})")
    if outcome.hint:
        report.note(f"hint: {outcome.hint}")
