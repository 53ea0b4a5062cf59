"""What a cluster needs once, before Flux can run: the Secrets of bootstrap/, opened."""

from typing import NamedTuple

from infra_tool import repo, sops, yamldoc
from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.scaffold import credentials
from infra_tool.sops import Identities, Secret


class Opened(NamedTuple):
    """A Secret of a cluster: where it is, what it is called, and its manifest in the clear.

    `public_key` is the half of a deploy key that the git server must know, `webhook` the path at which the server calls
    the cluster; None for a Secret that is for something else. `stubs` are its keys that still need a value.
    """

    path: str
    name: str
    namespace: str | None
    manifest: Secret
    public_key: str | None
    webhook: str | None
    stubs: tuple[str, ...]


def bootstrap(tree: Tree, cluster: str, keys: Identities) -> tuple[Opened, ...]:
    """Return the Secrets of a cluster, opened with `keys`; for memory and pipes.

    Raises UsageError when there is no such cluster, NoKeyError when no key opens them, MacError when one was changed.
    """
    prefix = f"bootstrap/{cluster}/"
    paths = [path for path in tree.entries if path.startswith(prefix) and path.endswith(yamldoc.SUFFIXES)]
    if not paths:
        known = sorted({path.split("/")[1] for path in tree.entries if path.startswith("bootstrap/")})
        hint = repo.did_you_mean(cluster, known) or f"run infra-tool new-cluster {cluster} first"
        raise UsageError(f"there is nothing in {prefix}", hint=hint)
    return tuple(_open(path, tree.read(path), keys) for path in paths)


def _open(path: str, data: bytes, keys: Identities) -> Opened:
    plain = sops.decrypt(data, path, keys)
    documents = yamldoc.parse(plain, path).documents
    root = documents[0].root if documents else None
    if len(documents) != 1 or yamldoc.text(root, "kind") != "Secret":
        raise InfraToolError("is not one Secret", path=path)
    name = yamldoc.text(root, "metadata", "name") or ""
    token = yamldoc.text(root, "stringData", "token") if name == credentials.RECEIVER_TOKEN else None
    return Opened(
        path,
        name,
        yamldoc.text(root, "metadata", "namespace"),
        Secret(plain.decode()),
        yamldoc.text(root, "metadata", "annotations", credentials.PUBLIC_KEY),
        credentials.webhook(token) if token else None,
        sops.stub_keys(root),
    )
