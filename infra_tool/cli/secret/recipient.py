"""`infra-tool secret recipient`: who can open the secrets."""

from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report, scaffolding
from infra_tool.cli.app import add, new_group
from infra_tool.cli.delivery import Target
from infra_tool.cli.secret import place, rotate
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.secrets import Added, Holder, Removed, Replaced


def list_(*, format_: report.FormatOption = report.Format.text) -> None:
    """Show who can open what."""
    from infra_tool import secrets

    found = secrets.holders(place.tree(place.root()))
    if format_ is report.Format.json:
        report.result("secret recipient list", {"recipients": [_json(holder) for holder in found]})
        return
    width = max((len(holder.recipient.name or "?") for holder in found), default=0)
    for holder in found:
        rules = "; ".join(holder.rules) or "NO RULE NAMES IT"
        files = "1 file" if holder.files == 1 else f"{holder.files} files"
        report.say(f"{holder.recipient.name or '?':{width}}  {holder.recipient.text}  {files}  {rules}")


def _json(holder: "Holder") -> report.Json:
    entry = holder.recipient
    return {
        "name": entry.name,
        "key": entry.text,
        "kind": entry.kind,
        "rules": list(holder.rules),
        "files": holder.files,
    }


@delivery.writing
def add_(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Public key: age1... or ssh-...")],
    *,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Who holds it.")] = None,
    rule: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Only what the rule with this path_regex is for.")
    ] = None,
    replace: Annotated[
        str | None, typer.Option(metavar="KEY|NAME", help="Put it in the place of a lost key, whose holder it has now.")
    ] = None,
    no_restart: place.NoRestartOption = False,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Let one more open the secrets; files keep their data key.

    Rules and files change together. A new cluster is made by infra-tool new-cluster, which adds its key too. With
    --replace a lost key opens nothing more, and every file that it opened gets a new data key.
    """
    from infra_tool import secrets

    root = place.root(target)
    if replace is not None:
        if name or rule:
            raise UsageError("--replace takes over the name and the rules of the lost key")
        replaced = place.deliver(
            lambda snapshot, session: secrets.replace_recipient(
                snapshot, replace, key, session, refresh=not no_restart
            ),
            place.session(root, identity),
            target,
            root,
        )
        _tell_replaced(replaced, target, format_)
        return
    holder = name or scaffolding.ask("Who holds this key", flag="--name")
    outcome = place.deliver(
        lambda snapshot, session: secrets.add_recipient(snapshot, key, holder, session, only=tuple(rule or ())),
        place.session(root, identity),
        target,
        root,
    )
    _tell_added(outcome, target, format_)


def _tell_added(outcome: "Outcome[Added]", target: Target, format_: report.Format) -> None:
    done = outcome.result
    result = {
        "name": done.recipient.name,
        "key": done.recipient.text,
        "rules": list(done.rules),
        "files": list(done.files),
        "commit": outcome.commit,
    }
    lines = [f"{done.recipient.name} is in the rule for {rule}" for rule in done.rules]
    lines += [f"{done.recipient.name} opens {path}" for path in done.files]
    lines = lines or [f"{done.recipient.name} opens everything already: nothing to do"]
    text = "\n".join([*lines, *place.ending(commit=outcome.commit)])
    delivery.finish("secret recipient add", outcome, target, format_, result=result, text=text)


def _tell_replaced(outcome: "Outcome[Replaced]", target: Target, format_: report.Format) -> None:
    done = outcome.result
    result = {
        "name": done.recipient.name,
        "key": done.recipient.text,
        "rules": list(done.rules),
        "files": [file.path for file in done.rotated.files],
        "replaced": done.lost,
        "restarted": list(done.rotated.restarted),
        "commit": outcome.commit,
    }
    lines = [f"{done.recipient.label} has another key in the rule for {rule}" for rule in done.rules]
    lines += [f"{file.path} has a new data key" for file in done.rotated.files]
    lines = lines or [f"{done.recipient.label} has this key already: nothing to do"]
    text = "\n".join([*lines, *place.ending(done.rotated.restarted, outcome.commit)])
    delivery.finish("secret recipient add", outcome, target, format_, result=result, text=text)
    if format_ is report.Format.text and done.rotated.files:
        rotate.note_values(done.rotated)


@delivery.writing
def remove(
    who: Annotated[str, typer.Argument(metavar="KEY|NAME", help="The public key, or who holds it.")],
    *,
    no_restart: place.NoRestartOption = False,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Let somebody open the secrets no more.

    Every file that they open gets a new data key; all of them or none. What they could read in the history of the repo
    they still can: the values are listed, to be changed where they come from.
    """
    from infra_tool import secrets

    root = place.root(target)
    outcome = place.deliver(
        lambda snapshot, session: secrets.remove_recipient(snapshot, who, session, refresh=not no_restart),
        place.session(root, identity),
        target,
        root,
    )
    _tell_removed(outcome, target, format_)


def _tell_removed(outcome: "Outcome[Removed]", target: Target, format_: report.Format) -> None:
    done = outcome.result
    label = done.recipient.label
    result = {
        "name": done.recipient.name,
        "key": done.recipient.text,
        "rules": list(done.rules),
        "files": rotate.files(done.rotated),
        "restarted": list(done.rotated.restarted),
        "commit": outcome.commit,
    }
    lines = [f"{label} is out of the rule for {rule}" for rule in done.rules]
    lines += [f"{file.path} has a new data key" for file in done.rotated.files]
    lines = lines or [f"{label} opens nothing: nothing to do"]
    text = "\n".join([*lines, *place.ending(done.rotated.restarted, outcome.commit)])
    delivery.finish("secret recipient remove", outcome, target, format_, result=result, text=text)
    if format_ is report.Format.text and done.rotated.files:
        rotate.note_values(done.rotated)


group = new_group("See and change who can open the secrets.")
add(group, "list", list_)
add(group, "add", add_)
add(group, "remove", remove)
