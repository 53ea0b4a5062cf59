"""A new cluster: its directory, its key, the Flux objects that follow the repo, the pull secret of its services."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from infra_tool import repo, sops, yamldoc
from infra_tool.edits import Change, Edits, File, Overlay, Plan, Snapshot, Tree, children
from infra_tool.errors import UsageError
from infra_tool.scaffold import (
    credentials,
    following,
    health_checks,
    notifications,
    pull,
    recipients,
    rendering,
    sealing,
    templates,
)
from infra_tool.scaffold.answers import Answers
from infra_tool.scaffold.credentials import Credentials, KnownHosts
from infra_tool.scaffold.following import Following, SyncMode
from infra_tool.scaffold.health_checks import Gate
from infra_tool.scaffold.pull import Login
from infra_tool.sops import Entropy, Identity, Secret
from infra_tool.yamldoc import SUFFIXES

PULL_SECRET = "components/registry-pull/secret.enc.yaml"  # noqa: S105 -- a path


@dataclass(frozen=True, kw_only=True)
class ClusterWanted:
    """A cluster as asked for. `remote` is where the repo is, for a configuration that does not say.

    `credential` is for the pull secret, in place of a stub that may be there: a login or its content; None for a stub.
    `receiver` and `status`: Flux is told of a push by the git server, and tells it how a commit went.
    """

    name: str
    sync: SyncMode = "auto"
    remote: str | None = None
    credential: Login | Secret | None = None
    known_hosts: KnownHosts | None = None
    receiver: bool = False
    status: bool = False


@dataclass(frozen=True)
class NewCluster:
    """What became of a cluster. `recipient` is its public key; `files` are those written now.

    `unreadable` are secrets that exist and that it cannot open; `followed_by` is the Flux Kustomization that applied
    its directory already, `decrypts` whether that one opens secrets; `pull` is what became of the pull secret.
    `deploy_key` is the public key with which it reads the repo, None for one that is not ours; `webhook` the path at
    which it is called, None when that was not made now; `stubs` are keys written now that need a value, as PATH KEY;
    `health_checks` is how the feature gate of its Flux stands.
    """

    cluster: str
    recipient: str
    files: tuple[str, ...]
    unreadable: tuple[str, ...]
    followed_by: str | None
    decrypts: bool
    pull: Literal["created", "stub", "kept"]
    deploy_key: str | None
    webhook: str | None
    stubs: tuple[str, ...]
    health_checks: Gate


def new_cluster(wanted: ClusterWanted, identity: Identity, entropy: Entropy) -> Change[NewCluster]:
    """Return the change that makes a cluster; `identity` becomes its key unless it has one.

    The change raises UsageError when the name is none, when there are no rules to add the key to, or when Flux objects
    are to be written and the remote of the repo is not known.
    """
    repo.check_name(wanted.name, "a cluster")
    render = rendering.once(templates.built_in("cluster"), {})
    made = Credentials(wanted.name, identity, entropy, wanted.known_hosts)

    def change(snapshot: Snapshot) -> Plan[NewCluster]:
        tree = snapshot.tree
        config = repo.load_config(tree)
        remote = config.remote or wanted.remote
        recipient = credentials.recipient(tree, wanted.name) or identity.recipient
        ruled = recipients.add(tree, Edits(), _sample(wanted.name), recipient, f"cluster {wanted.name}")
        _check_bootstrap_rule(Overlay(tree, ruled), wanted.name)
        follows = following.plan(tree, wanted.name, wanted.sync, remote)
        answers = {
            **_answers(tree, config, wanted, follows),
            **made.answers(tree, follows),
            **notifications.answers(follows, remote, receiver=wanted.receiver, status=wanted.status),
            "recipient": recipient,
        }
        base = _without_stub(tree) if wanted.credential else tree
        values = {**made.values(answers, follows), pull.KEY: pull.content(wanted.credential, config.registry)}
        sealed = _sealed(base, ruled, config, answers, values, entropy).then(ruled)
        patched, gate = health_checks.patched(tree, wanted.name)
        edits = _with_plain(base, sealed.then(patched), answers, render(answers).files).effective(tree)
        after = Overlay(tree, edits)
        result = NewCluster(
            cluster=wanted.name,
            recipient=recipient,
            files=tuple(edits),
            unreadable=_unreadable(tree, recipient),
            followed_by=follows.by.name if follows.by else None,
            decrypts=follows.by is None or follows.by.decryption is not None,
            pull=_pull(base, wanted),
            deploy_key=credentials.public_key(after, wanted.name),
            webhook=made.webhook if credentials.path(wanted.name, credentials.RECEIVER_TOKEN) in edits.files else None,
            stubs=tuple(credentials.stubs(after, edits, wanted.name)),
            health_checks=gate,
        )
        return Plan(edits, f"feat({wanted.name}): new cluster", result)

    return change


def _check_bootstrap_rule(tree: Tree, cluster: str) -> None:
    """Raise UsageError when the file of a cluster's key would be encrypted to what clusters hold."""
    rules = sops.load_rules(tree)
    rule = rules.match(credentials.path(cluster, "sops-age")) if rules else None
    if rules and rule and rule is rules.match(_sample(cluster)):
        raise UsageError(
            "the same rule is for bootstrap/ and for what clusters open, so that a cluster could open the keys of all",
            path=sops.PATH,
            line=rule.line,
            hint="above it, add one with path_regex ^bootstrap/ that names people and recovery alone",
        )


def _sample(cluster: str) -> str:
    """Return the path of a secret that the cluster is to open."""
    return f"apps/{cluster}/secrets.enc.yaml"


def _answers(tree: Tree, config: repo.Config, wanted: ClusterWanted, follows: Following) -> Answers:
    told = notifications.DIRECTORY if wanted.receiver or wanted.status else ""
    listed = {*_held(tree, repo.cluster_root(wanted.name)), *filter(None, (follows.directory, told))}
    resources = sorted(listed, key=lambda name: (not name.startswith("flux-"), name))
    return {
        "cluster": wanted.name,
        "resources": [*resources],
        "flux": follows.directory,
        "add_source": follows.add_source,
        "source": follows.source,
        "remote": follows.remote,
        "branch": config.followed,
        "registry": config.registry or "",
        "pull_stub": wanted.credential is None,
    }


def _held(tree: Tree, directory: str) -> Iterator[str]:
    """Yield what a directory without a kustomization file holds, as Flux lists it: to go on applying it."""
    for name in children(tree, directory):
        path = f"{directory}/{name}"
        if path in tree.entries:
            if name.endswith(SUFFIXES) and name not in repo.KUSTOMIZATION_FILES:
                yield name
        elif repo.kustomization_paths(tree, path):
            yield name
        else:
            yield from (f"{name}/{inner}" for inner in _held(tree, path))


def _sealed(
    tree: Tree, rules: Edits, config: repo.Config, answers: Answers, values: Mapping[str, Secret], entropy: Entropy
) -> Edits:
    """Return the secrets that are missing, for whom the rules as edited name."""
    ruled = Overlay(tree, rules)
    edits = Edits()
    for path, plain in sealing.render_secrets(templates.built_in("cluster"), answers, values).items():
        if path not in tree.entries:
            edits = edits.write(path, sealing.seal(ruled, path, plain, entropy, backend=config.secrets_backend))
    return edits


def _with_plain(tree: Tree, edits: Edits, answers: Answers, files: Mapping[str, File]) -> Edits:
    """Add the other files that are missing; the cluster's list comes last, whether it is new or there."""
    cluster = str(answers["cluster"])
    last = f"{repo.cluster_root(cluster)}/kustomization.yaml"
    paths = sorted((path for path in files if not _is_kept(tree, path)), key=lambda path: (path == last, path))
    edits = edits.then(Edits({path: files[path] for path in paths}))
    edits = notifications.listed(tree, edits, cluster, paths)
    for directory in (answers["flux"], answers["notifications"]) if _is_kept(tree, last) else ():
        if directory:
            edits = repo.register(tree, edits, cluster, str(directory))
    return edits


def _is_kept(tree: Tree, path: str) -> bool:
    """Tell whether a file stays as it is: it is there, or belongs to a part that is."""
    directory = path.rpartition("/")[0]
    if path.endswith("/kustomization.yaml"):
        return bool(repo.kustomization_paths(tree, directory))
    return path in tree.entries


def _without_stub(tree: Tree) -> Tree:
    """Return the repo without its pull secret when that still is a stub: a credential takes its place."""
    documents = yamldoc.parse(tree.read(PULL_SECRET), PULL_SECRET).documents if PULL_SECRET in tree.entries else []
    is_stub = any(sops.stub_keys(document.root) for document in documents)
    return Overlay(tree, Edits().delete(PULL_SECRET)) if is_stub else tree


def _pull(tree: Tree, wanted: ClusterWanted) -> Literal["created", "stub", "kept"]:
    if PULL_SECRET in tree.entries:
        return "kept"
    return "stub" if wanted.credential is None else "created"


def _unreadable(tree: Tree, recipient: str) -> tuple[str, ...]:
    """Return the encrypted files outside of bootstrap/ that do not name the recipient."""
    paths = [path for path in tree.entries if path.endswith((".enc.yaml", ".enc.yml"))]
    outside = [path for path in paths if not path.startswith("bootstrap/")]
    key = recipient.encode()
    return tuple(path for path, data in tree.read_many(outside).items() if b"sops:" in data and key not in data)
