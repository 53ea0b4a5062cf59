"""`infra-tool status`: what runs where, since when, by which commit."""

from typing import TYPE_CHECKING

from infra_tool.cli import deploying, report, scaffolding

if TYPE_CHECKING:
    from infra_tool.status import ClusterState, Running, ServiceState


def status(*, format_: report.FormatOption = report.Format.text) -> None:
    """Tell what runs where, since when and by which commit, as the repo says it.

    No cluster is asked.
    """
    found = clusters()
    if format_ is report.Format.json:
        report.result("status", {"clusters": [_json(cluster) for cluster in found]})
        return
    if not found:
        report.note("there is no cluster yet")
    for cluster in found:
        report.say(cluster.name)
        for line in _lines(cluster):
            report.say(f"  {line}")


def clusters() -> "tuple[ClusterState, ...]":
    """Return the state of every cluster of the repo here."""
    from infra_tool import deploy, git, repo
    from infra_tool import status as library
    from infra_tool.apps.app import HOLD
    from infra_tool.deploy.hold import load

    snapshot = git.worktree_snapshot(scaffolding.infra_root())
    tree = snapshot.tree
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
    )
    return library.state(tree, facts)


def _lines(cluster: "ClusterState") -> list[str]:
    """Return one line a service, in columns."""
    from infra_tool.status.page import cells

    if not cluster.services:
        return [cluster.problem or "no services"]
    rows = [cells(service) for service in cluster.services]
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
    }
