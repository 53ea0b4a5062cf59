"""`infra-tool status`: what runs where, since when, by which commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import deploying, report, scaffolding
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.status import ClusterState, Running, ServiceState


def status(
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Ask the cluster that kubectl reaches, too: what differs is told.")
    ] = False,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Tell what runs where, since when and by which commit, as the repo says it.

    No cluster is asked without --live.
    """
    from infra_tool.output import printable

    found = clusters(live=live)
    if format_ is report.Format.json:
        report.result("status", {"clusters": [_json(cluster) for cluster in found]})
        return
    if not found:
        report.note("there is no cluster yet")
    for cluster in found:
        report.say(printable(cluster.name))
        for line in _lines(cluster):
            report.say(f"  {line}")


def clusters(*, live: bool = False) -> "tuple[ClusterState, ...]":
    """Return the state of every cluster of the repo here; with `live`, of the one, with what it really runs.

    Raises UsageError for `live` where there is more than one cluster.
    """
    from infra_tool import deploy, git, repo
    from infra_tool import status as library
    from infra_tool.apps.app import HOLD
    from infra_tool.apps.hold import load
    from infra_tool.status.live import workloads

    snapshot = git.worktree_snapshot(scaffolding.infra_root())
    tree = snapshot.tree
    if live and len(repo.clusters(tree)) > 1:
        raise UsageError("--live is for a repo with one cluster: kubectl does not say which one it reaches")
    running: dict[str, Running] = {}
    for run in deploy.history(snapshot, None):
        source = f"{run.told.repo}@{run.told.commit}" if run.told and run.told.commit else None
        if run.until is None:
            running[run.service] = library.Running(run.commit.time, run.commit.author, run.commit.sha, source)
    held = {name: load(tree, f"{repo.APPS}/{name}/{HOLD}") for name in repo.services(tree)}
    facts = library.Facts(
        running=running,
        held={name: str(hold) for name, hold in held.items() if hold},
        findings=scaffolding.lint(tree),
        live=workloads() if live else None,
    )
    return library.state(tree, facts)


def _lines(cluster: "ClusterState") -> list[str]:
    """Return one line a service, in columns."""
    from infra_tool.output import printable
    from infra_tool.status.page import cells

    if not cluster.services:
        return [printable(cluster.problem or "no services")]
    rows = [[printable(text) for text in cells(service)] for service in cluster.services]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _json(cluster: "ClusterState") -> report.Json:
    return {
        "name": cluster.name,
        "problem": cluster.problem,
        "services": [_service(service) for service in cluster.services],
    }


def _service(service: "ServiceState") -> report.Json:
    running = service.running
    return {
        "service": service.name,
        "layout": service.layout,
        "image": service.image,
        "version": service.version,
        "problem": service.problem,
        "since": deploying.moment(running.since) if running else None,
        "by": running.by if running else None,
        "commit": running.commit if running else None,
        "source": running.source if running else None,
        "held": service.held,
        "stubs": list(service.stubs),
        "errors": service.errors,
        "warnings": service.warnings,
        "live": service.live._asdict() if service.live else None,
    }
