"""What Flux tells the git server and is told by it, in a directory of its own: it needs notification-controller."""

from collections.abc import Iterable

from infra_tool import repo
from infra_tool.edits import Edits, Tree
from infra_tool.flux.url import web_address
from infra_tool.scaffold import following
from infra_tool.scaffold.answers import Answers
from infra_tool.scaffold.credentials import RECEIVER
from infra_tool.scaffold.following import Following

DIRECTORY = "notifications"


def answers(follows: Following, remote: str | None, *, receiver: bool, status: bool) -> Answers:
    """Return what the template must know. Raises UsageError for a status without a server to tell it to."""
    by = None if follows.directory else follows.by
    return {
        "notifications": DIRECTORY if receiver or status else "",
        "receiver": receiver,
        "receiver_name": RECEIVER,
        "status": status,
        "address": web_address(following.flux_url(remote)) if status else "",
        "followed_kind": by.source_kind if by else "GitRepository",
        "followed": by.source if by else follows.source,
    }


def listed(tree: Tree, edits: Edits, cluster: str, paths: Iterable[str]) -> Edits:
    """Put new files of the directory on its list, where that is there already."""
    directory = f"{repo.cluster_root(cluster)}/{DIRECTORY}"
    for path in paths if repo.kustomization_paths(tree, directory) else ():
        if path.startswith(f"{directory}/"):
            edits = repo.add_resource(tree, edits, directory, path.removeprefix(f"{directory}/"))
    return edits
