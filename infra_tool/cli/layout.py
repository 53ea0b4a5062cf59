"""`infra-tool layout`: services into another layout, in commits that may stop after any."""

import shlex
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report, scaffolding
from infra_tool.cli.delivery import Target
from infra_tool.cli.init import Layout
from infra_tool.errors import InfraToolError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infra_tool.edits import Tree
    from infra_tool.git import Outcome
    from infra_tool.scaffold import Effect, Migrated, Migration


class Step(StrEnum):
    """What is done next."""

    keep = "keep"
    move = "move"
    prune = "prune"


WORDS = {
    "keep": "Flux keeps what leaves its Flux Kustomization",
    "move": "the services move",
    "prune": "Flux deletes again what leaves its Flux Kustomization",
}
TIMEOUT = "--timeout=15m"


@delivery.writing
def layout(
    layout: Annotated[Layout, typer.Argument(metavar="shared|isolated", help="The layout to have.")],
    *,
    service: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this service; all of the cluster if not given.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="NAME", help="Cluster; the configured or only one if not given.")
    ] = None,
    step: Annotated[
        Step | None, typer.Option(help="The step to take; if not given, the first one, or none when that is done.")
    ] = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Move services to another layout, step by step; no object of a cluster is lost.

    Each step is a commit of its own. What to wait for before the next one is printed.
    """
    from infra_tool import scaffold

    root = None if target.remote else scaffolding.infra_root()
    branch, remote = scaffolding.repo_defaults(root)
    asked = scaffold.Migration(
        layout=layout.value,
        cluster=cluster,
        services=tuple(service or ()),
        step=step.value if step else None,
    )
    change = scaffold.migrate(asked, lint=scaffolding.lint, compare=_compare)
    outcome = target.deliver(change, root=root, branch=branch, remote=remote)
    _tell(outcome, target, format_, asked)


def _compare(old: "Tree", new: "Tree") -> "Sequence[Effect]":
    """Tell what changes in the clusters; raises InfraToolError where that cannot be told."""
    from infra_tool import diff, repo
    from infra_tool.scaffold import Effect

    found = diff.compare(old, new, repo.load_config(new).remote)
    for gap in found.gaps:
        raise InfraToolError(
            f"what would change cannot be told: {gap.error.message}", path=gap.error.path, line=gap.error.line
        )
    return [Effect(each.action, each.kind, each.name) for each in found.objects]


def _tell(outcome: "Outcome[Migrated]", target: Target, format_: report.Format, asked: "Migration") -> None:
    made = outcome.result
    waits = list(_waits(made, outcome.commit))
    result = {
        "cluster": made.cluster,
        "layout": made.layout,
        "services": list(made.services),
        "step": made.step,
        "left": list(made.left),
        "wait": waits,
        "files": list(made.files),
        "commit": outcome.commit,
    }
    delivery.finish("layout", outcome, target, format_, result=result, text=_text(outcome, asked))
    if target.is_dry or not made.left:
        return
    if waits:
        report.note("next: when the cluster has it, which these wait for:")
    for command in waits:
        report.note(f"  {command}")
    report.note(f"next: {_command(asked, made.left[0], target)}")


def _command(asked: "Migration", step: str, target: Target) -> str:
    """Return the command that takes a step of what was asked for, to where this one went."""
    words = ["infra-tool", "layout", asked.layout]
    words += ["--cluster", asked.cluster] if asked.cluster else []
    words += [word for name in asked.services for word in ("--service", name)]
    words += ["--step", step]
    words += ["--commit"] if target.commit else []
    words += ["--push"] if target.push else []
    words += ["--remote", target.remote] if target.remote else []
    words += ["--branch", target.branch] if target.branch else []
    return shlex.join(words)


def _text(outcome: "Outcome[Migrated]", asked: "Migration") -> str:
    made = outcome.result
    if made.step:
        return scaffolding.told(f"{made.cluster}: {WORDS[made.step]}", made.files, outcome.commit)
    if made.left:
        return f"{made.cluster}: the next step is {made.left[0]}: {WORDS[made.left[0]]}"
    if asked.services:
        verb = "is" if len(asked.services) == 1 else "are"
        return f"{made.cluster}: {', '.join(asked.services)} {verb} {made.layout} already: nothing to do"
    return f"{made.cluster} is {made.layout} already: nothing to do"


def _waits(made: "Migrated", commit: str | None) -> "Iterator[str]":
    """Yield the commands that end when the cluster is ready for the next step."""
    following = made.left[:1]
    if following == ("move",):
        for each in (made.root,) if made.layout == "isolated" else made.own:
            yield _wait(each, "jsonpath='{.spec.prune}'=false")
    elif following == ("prune",):
        revision = f"{made.branch}@sha1:{commit or 'COMMIT'}"
        yield _wait(made.root, f"jsonpath='{{.status.lastAppliedRevision}}'={revision}")
        if made.layout == "isolated":
            yield from (_wait(each, "condition=Ready") for each in made.own)


def _wait(kustomization: tuple[str, str], condition: str) -> str:
    namespace, name = kustomization
    return f"kubectl -n {shlex.quote(namespace)} wait {TIMEOUT} kustomization/{shlex.quote(name)} --for={condition}"
