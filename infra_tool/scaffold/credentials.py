"""What a cluster is given once, as Secrets below bootstrap/: the key to its secrets, and what reads the repo."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from infra_tool import sops, yamldoc
from infra_tool.edits import Tree
from infra_tool.errors import UsageError
from infra_tool.flux.receiver import hook_path
from infra_tool.scaffold import deploy_key
from infra_tool.scaffold.answers import Answers
from infra_tool.scaffold.following import NAMESPACE, Following
from infra_tool.sops import Entropy, Identity, Secret

RECIPIENT = "infra-tool/recipient"
PUBLIC_KEY = "infra-tool/public-key"
RECEIVER = "gitea"
"""The name of our Receiver, which is part of its address."""

RECEIVER_TOKEN = "receiver-token"  # noqa: S105 -- a name

STUB = Secret("set-me")
TOKEN_BYTES = 32


class KnownHosts(NamedTuple):
    """The content of a `known_hosts` file; `given` is its name when it was asked for, so that it must know the host."""

    content: str
    given: str | None = None


def path(cluster: str, name: str) -> str:
    """Return where a Secret of a cluster is."""
    return f"bootstrap/{cluster}/{name}.enc.yaml"


def webhook(token: str) -> str:
    """Return the path at which the git server calls a cluster whose Receiver has this token."""
    return hook_path(token, RECEIVER, NAMESPACE)


def recipient(tree: Tree, cluster: str) -> str | None:
    """Return the public key of a cluster that has one. Raises UsageError when it is not said beside the key."""
    where = path(cluster, "sops-age")
    if where not in tree.entries:
        return None
    found = _annotation(tree, where, RECIPIENT)
    if found is None:
        raise UsageError(f"holds a key without the annotation {RECIPIENT}", path=where, hint="add its public key there")
    return found


def public_key(tree: Tree, cluster: str) -> str | None:
    """Return the public key with which a cluster reads the repo, None for one that is not ours."""
    where = path(cluster, "infra-git")
    return _annotation(tree, where, PUBLIC_KEY) if where in tree.entries else None


def _annotation(tree: Tree, where: str, name: str) -> str | None:
    documents = yamldoc.parse(tree.read(where), where).documents
    return yamldoc.text(documents[0].root, "metadata", "annotations", name) if documents else None


def stubs(tree: Tree, paths: Iterable[str], cluster: str) -> Iterator[str]:
    """Yield which keys of a cluster's Secrets among some files still need a value, as PATH KEY."""
    for where in paths:
        if where.startswith(f"bootstrap/{cluster}/"):
            for document in yamldoc.parse(tree.read(where), where).documents:
                yield from (f"{where} {key}" for key in sops.stub_keys(document.root))


class Credentials:
    """The credentials of one cluster, each made at most once however often it is planned for."""

    def __init__(self, cluster: str, identity: Identity, entropy: Entropy, known_hosts: KnownHosts | None) -> None:
        """Make them for a cluster whose key to the secrets is `identity`."""
        self._cluster = cluster
        self._identity = identity
        self._known_hosts = known_hosts or KnownHosts("")
        self._token = entropy.random(f"{cluster}/receiver-token", TOKEN_BYTES).hex()
        self._deploy_key = cache(lambda: deploy_key.generate(f"flux@{cluster}"))

    @property
    def webhook(self) -> str:
        """The path at which the git server calls the cluster."""
        return webhook(self._token)

    def answers(self, tree: Tree, follows: Following) -> Answers:
        """Return what the template must know; a cluster that has its key to the secrets reads the repo already.

        Raises UsageError for a `known_hosts` file that was given and does not know the server of the repo.
        """
        is_new = path(self._cluster, "sops-age") not in tree.entries
        needs_key = is_new and follows.add_source and follows.remote.startswith("ssh://")
        return {
            "deploy_key": needs_key,
            "public_key": self._deploy_key().public if needs_key else "",
            "hosts_stub": needs_key and not self._hosts(follows.remote),
        }

    def values(self, answers: Answers, follows: Following) -> Mapping[str, Secret]:
        """Return the plain values of the Secrets; for memory only."""
        secret = self._identity.secret.reveal()
        values = {
            "age.agekey": Secret(f"# public key: {self._identity.recipient}\n{secret}\n"),
            "token": Secret(self._token),
        }
        if answers["deploy_key"]:
            hosts = self._hosts(follows.remote)
            values["identity"] = self._deploy_key().private
            values["known_hosts"] = Secret(hosts) if hosts else STUB
        return values

    def _hosts(self, url: str) -> str:
        content, given = self._known_hosts
        return deploy_key.required(url, content, given) if given else deploy_key.host_keys(url, content)
