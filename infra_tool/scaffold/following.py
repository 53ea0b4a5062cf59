"""Whether a cluster follows the repo already, and which Flux objects are missing for it."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from infra_tool import git, repo
from infra_tool.edits import Tree, children
from infra_tool.errors import UsageError
from infra_tool.scaffold import objects
from infra_tool.scaffold.objects import Found, Sync

SyncMode = Literal["auto", "none", "new"]

NAMESPACE = "flux-system"
SOURCE = "infra"
OURS = {"kustomization.yaml", "source.yaml", "sync.yaml"}
SCP = re.compile(r"(?P<host>[^/:]+@[^/:]+):(?P<path>[^/].*)")
SCHEMES = ("ssh://", "https://", "http://")


@dataclass(frozen=True)
class Following:
    """How a cluster follows the repo.

    `by` is what applies its directory already. `directory` is where the missing Flux objects go, below the cluster's
    own, empty when none are to be written; `source` is the GitRepository they name, `remote` its URL, written with them
    when `add_source`.
    """

    by: Sync | None
    directory: str = ""
    source: str = SOURCE
    add_source: bool = False
    remote: str = ""


def plan(tree: Tree, cluster: str, mode: SyncMode, remote: str | None) -> Following:
    """Return how a cluster follows the repo and what is missing for it; no object that is there is made again.

    Raises UsageError when a GitRepository is to be written and `remote` is none that Flux could follow.
    """
    root = repo.cluster_root(cluster)
    found = objects.flux_objects(tree, cluster)
    by = objects.covering(tree, found, root)
    directory = _own_directory(tree, root)
    others = tuple(each for each in found if not each.path.startswith(f"{root}/{directory}/"))
    is_followed = by is not None and any(each.path == by.path for each in others)
    is_taken = objects.named(others, "Kustomization", f"cluster-{cluster}") is not None
    if mode == "none" or is_taken or (mode == "auto" and is_followed):
        return Following(by)
    url = flux_url(remote)
    source = _source(others, url)
    return Following(by, directory, source or SOURCE, source is None, url)


def _own_directory(tree: Tree, root: str) -> str:
    """Return the name of the directory for our Flux objects: not the one that `flux bootstrap` made."""
    return NAMESPACE if set(children(tree, f"{root}/{NAMESPACE}")) <= OURS else "flux-sync"


def _source(found: tuple[Found, ...], url: str) -> str | None:
    """Return the name of a GitRepository that is this repo already, or that has the name that ours would have."""
    sources = [
        each
        for each in found
        if each.text("kind") == "GitRepository" and each.text("metadata", "namespace") in {None, NAMESPACE}
    ]
    same = [each for each in sources if each.text("spec", "url") == url]
    taken = [each for each in sources if each.text("metadata", "name") == SOURCE]
    return next((each.text("metadata", "name") for each in (*same, *taken)), None)


def flux_url(remote: str | None) -> str:
    """Return the URL of the repo as Flux takes it: `git@host:path` is not known to it. Raises UsageError."""
    if not remote:
        raise UsageError(
            "the configuration names no remote, so Flux cannot be told where this repo is",
            hint=f"set remote in {repo.PATH}, or give --sync none",
        )
    git.check_url(remote)
    if scp := SCP.fullmatch(remote):
        return f"ssh://{scp['host']}/{scp['path']}"
    if not remote.startswith(SCHEMES):
        raise UsageError(f"Flux cannot follow {remote}", hint="ssh://git@host:port/owner/repo.git")
    try:
        _ = urlsplit(remote).port
    except ValueError:
        hint = "ssh://git@host:port/owner/repo.git, with a port up to 65535"
        raise UsageError(f"remote is {remote}, which is no URL", hint=hint, path=repo.PATH) from None
    return remote
