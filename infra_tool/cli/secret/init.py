"""`infra-tool secret init`: keys and rules for a repo that somebody else laid out."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report
from infra_tool.cli.delivery import Target
from infra_tool.cli.init import find_keys, new_keys
from infra_tool.cli.secret import place
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.scaffold import NewRepo, RepoWanted


@delivery.writing
def init(
    *,
    recipient: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Public age key of a person; yours if not given.")
    ] = None,
    recovery_recipient: Annotated[str | None, typer.Option(metavar="KEY", help="Public age key for recovery.")] = None,
    recovery_out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the new recovery key goes; never inside a repo.")
    ] = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Make keys and .sops.yaml, and nothing else.

    What infra-tool init does for a whole infra repo, for one that somebody else laid out. An existing key is used.
    """
    from infra_tool import scaffold
    from infra_tool.scaffold import keys

    root = place.root(target)
    if root is None:
        raise UsageError("secret init needs a checkout")
    tree = place.tree(root)
    people, recovery = find_keys(root, tree, recipient or [], recovery_recipient, recovery_out)
    asked = scaffold.RepoWanted(name=root.name, registry=None, owner=None, people=people, recovery=recovery)
    plan = scaffold.init_secrets(asked, tree)

    def carry_out(target: Target) -> "Outcome[NewRepo]":
        return place.deliver(lambda snapshot, _: plan(snapshot), place.session(root, None), target, root)

    outcome = carry_out(replace(target, check=True) if not target.is_dry else target)
    if not target.is_dry:
        # What is refused is refused before a key is made.
        for key in new_keys(asked):
            keys.save(key)
        outcome = carry_out(target)
    _tell(outcome, target, format_, asked)


def _tell(outcome: "Outcome[NewRepo]", target: Target, format_: report.Format, asked: "RepoWanted") -> None:
    made = outcome.result
    holders = {**{holder.name: holder.key for holder in asked.people}, "recovery": asked.recovery}
    recipients = {name: key.recipient for name, key in holders.items() if key}
    new = [str(key.path) for key in new_keys(asked)]
    result = {"files": list(made.files), "keys": new, "recipients": recipients, "commit": outcome.commit}
    lines = [f"{path} is new" for path in made.files]
    lines += [f"{path} is there already: nothing to do" for path in made.kept]
    lines += [f"  {name}  {key}" for name, key in recipients.items()]
    text = "\n".join([*lines, *place.ending(commit=outcome.commit)])
    delivery.finish("secret init", outcome, target, format_, result=result, text=text)
    if target.is_dry or not made.files:
        return
    for path in new:
        report.note(f"new private key: {path}")
    if asked.recovery and asked.recovery.unsaved:
        report.note(f"next: move {asked.recovery.path} off this machine, to paper or a medium in a drawer; keep a copy")
    report.note("next: infra-tool secret git-setup, for diffs and merges by content")
