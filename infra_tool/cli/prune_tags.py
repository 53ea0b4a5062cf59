"""`infra-tool prune-tags`: which image tags a registry must keep, for its cleanup rules."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import report, scaffolding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra_tool.deploy import KeptImage
    from infra_tool.deploy.keep import Kept


def prune_tags(
    services: Annotated[
        list[str] | None, typer.Argument(metavar="SERVICE...", help="Whose; without any, of all in apps/.")
    ] = None,
    *,
    keep: Annotated[
        int, typer.Option(min=1, metavar="N", help="How many of the versions that ran last stay for each.")
    ] = 10,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Tell which image tags must be kept: what runs, is held, or ran last; nothing is deleted."""
    from infra_tool import deploy, git

    found = deploy.kept(git.worktree_snapshot(scaffolding.infra_root()), services or (), keep)
    if format_ is report.Format.json:
        report.result("prune-tags", {"images": [_json(image) for image in found]})
        return
    for image in found:
        report.say(image.name)
        for one in image.kept:
            report.say(f"  {one.version}  {', '.join(one.why)}")
        report.say(f"  pattern {pattern(image.kept)}")
    if not found:
        report.note("no service runs an image of this registry")


def _json(image: "KeptImage") -> report.Json:
    keep = [
        {"tag": one.version.tag, "digest": one.version.digest, "why": list(one.why), "services": list(one.services)}
        for one in image.kept
    ]
    return {"image": image.name, "keep": keep, "pattern": pattern(image.kept)}


def pattern(kept: "Iterable[Kept]") -> str:
    """Return the regular expression for "keep versions matching" of a cleanup rule; "" where nothing has a tag.

    Such a rule matches whole tags.
    """
    tags = dict.fromkeys(one.version.tag for one in kept if one.version.tag is not None)
    return f"(?:{'|'.join(re.escape(tag) for tag in tags)})" if tags else ""
