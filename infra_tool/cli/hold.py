"""`infra-tool hold` and `infra-tool unhold`: whether builds may move a service."""

from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, deploying, report
from infra_tool.cli.delivery import Target
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.deploy import Held
    from infra_tool.git import Outcome

Service = Annotated[str, typer.Argument(metavar="SERVICE", help="The service.")]


@delivery.writing
def hold(
    service: Service,
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; whoever is refused reads it.")],
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Hold a service: every bump of it is refused until it is let go."""
    from infra_tool import deploy

    text = " ".join(reason.split())
    if not text:
        raise UsageError("--reason is empty", hint="whoever is refused reads it")
    change = deploy.hold(service, deploying.new_hold(target, text))
    _tell("hold", deploying.deliver(change, target), target, format_)


@delivery.writing
def unhold(service: Service, *, format_: report.FormatOption = report.Format.text, target: Target) -> None:
    """Let a service go again; nothing is deployed."""
    from infra_tool import deploy

    _tell("unhold", deploying.deliver(deploy.unhold(service), target), target, format_)


def _tell(command: str, outcome: "Outcome[Held]", target: Target, format_: report.Format) -> None:
    made = outcome.result
    result = {
        "service": made.service,
        "action": made.action,
        "hold": made.hold._asdict() if made.hold is not None else None,
        **deploying.where(outcome, target),
    }
    said = {
        "held": f"{made.service} is {made.hold}",
        "released": f"{made.service} is let go; nothing was deployed: the next build moves it, or infra-tool bump",
        "unchanged": f"{made.service} is {made.hold}" if made.hold else f"{made.service} is not held: nothing to do",
    }
    text = "\n".join([said[made.action], *([f"commit {outcome.commit}"] if outcome.commit else [])])
    delivery.finish(command, outcome, target, format_, result=result, text=text)
    if outcome.hint:
        report.note(f"hint: {outcome.hint}")
