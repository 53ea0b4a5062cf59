"""`infra-tool doctor`: what is missing on this machine and around the infra repo."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import report
from infra_tool.errors import EXIT_FINDINGS, InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.doctor import Here


def doctor(
    *,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Address of Gitea's pages; by the repo's remote if not given.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no server.")] = False,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Tell what is missing here: programs, keys, hooks, servers, and what mends each; exit 1 when something fails."""
    from infra_tool import doctor as examiner

    lines = []
    for name, line in examiner.examine(_here(url=url, offline=offline)):
        lines.append((name, line))
        if format_ is report.Format.text:
            report.say(f"{line.state:<9}  {name}: {line.message}")
            if line.fix and line.state != "ok":
                report.say(f"{'':<9}    {line.fix}")
    counts = {state: sum(line.state == state for _, line in lines) for state in ("ok", "warn", "fail", "unchecked")}
    if format_ is report.Format.json:
        checks = [{"check": n, "state": one.state, "message": one.message, "fix": one.fix} for n, one in lines]
        report.result("doctor", {"checks": checks, "summary": counts})
    if counts["fail"]:
        raise typer.Exit(EXIT_FINDINGS)


def _here(*, url: str | None, offline: bool) -> "Here":
    """Look where this is; outside of an infra repo the machine alone is looked at."""
    from infra_tool import doctor as examiner
    from infra_tool import git, repo
    from infra_tool.edits import MemoryTree, Tree

    root, problem = None, None
    tree: Tree = MemoryTree({})
    config = repo.Config()
    try:
        root = repo.locate(Path.cwd())
        tree = git.WorkTree(root)
        config = repo.load_config(tree)
    except InfraToolError as error:
        # One that cannot be read is told; that there is none is no error.
        problem = None if root is None and isinstance(error, UsageError) else error
        root, tree = None, MemoryTree({})
    return examiner.Here(
        environ=os.environ,
        home=Path.home(),
        root=root,
        tree=tree,
        config=config,
        problem=problem,
        url=url,
        offline=offline,
    )
