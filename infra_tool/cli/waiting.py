"""`--wait`: stay until Flux has applied what was pushed."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from infra_tool import kubectl, proc
from infra_tool.cli import deploying, report, scaffolding
from infra_tool.cli.delivery import Target
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.git import Outcome, Ssh


WaitOption = Annotated[
    bool, typer.Option("--wait", help="Stay until Flux has applied the commit; --deadline counts anew.")
]
GiteaUrlOption = Annotated[
    str | None, typer.Option(metavar="URL", help="Address of Gitea's pages; by the remote if not given.")
]

R = TypeVar("R")
Wait = Callable[[str], str]
"""Stays until a commit is applied, and returns the words of that; raises InfraToolError when it is not."""


def waiting(target: Target, token_env: str, gitea_url: str | None, ssh: "Ssh | None" = None) -> Wait:
    """Return what waits for what a push to `target` makes: by Gitea where there is a token, else by kubectl.

    Raises UsageError when it could not: before anything is pushed.
    """
    if target.kind != "push":
        raise UsageError("--wait waits for what is pushed", hint="--push, or --remote URL")
    url = deploying.pushed_to(target) or ""
    branch = target.branch or scaffolding.repo_defaults(None if target.remote else scaffolding.infra_root())[0]
    if token_env in os.environ:
        return _by_gitea(url, branch, target.deadline, scaffolding.read_environment(token_env), gitea_url)
    if proc.is_installed(kubectl.PROGRAM):
        return _by_kubectl(url, branch, target.deadline, ssh)
    raise UsageError(
        f"--wait needs a token of Gitea in {token_env}, or kubectl and a kubeconfig", hint="nothing was pushed"
    )


def after(outcome: "Outcome[R]", wait: Wait | None) -> str | None:
    """Wait for what was pushed, where that is wanted, and return the words of Flux; None where there is nothing."""
    if wait is None:
        return None
    if outcome.commit is None:
        report.note("nothing was pushed, so there is nothing to wait for")
        return None
    report.note(f"pushed {outcome.commit}; waiting until Flux has applied it")
    return wait(outcome.commit)


def _by_gitea(url: str, branch: str, deadline: float, token: str, pages: str | None) -> Wait:
    from infra_tool import gitea, watch
    from infra_tool.pipeline import server

    place = server.place(url)
    if place is None:
        raise UsageError(f"{url or 'the remote'} is no repo on a server", hint="nothing was pushed")
    client = gitea.Client(pages or place.base, token)

    def wait(commit: str) -> str:
        return watch.until(watch.Reported(client, (place.owner, place.name), branch, commit), commit, deadline)

    return wait


def _by_kubectl(url: str, branch: str, deadline: float, ssh: "Ssh | None") -> Wait:
    from infra_tool import git, repo, watch
    from infra_tool.flux.url import same_repo

    branches = frozenset({branch, repo.LIVE})

    def wait(commit: str) -> str:
        with git.containing(url, branch, ssh, deadline) as contains:
            ask = watch.InCluster(branches, commit, lambda other: same_repo(other, url), contains)
            return watch.until(ask, commit, deadline)

    return wait
