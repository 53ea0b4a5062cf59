"""A new cluster: its directory, its key, the Flux objects that follow the repo, the pull secret of its services."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from infra_tool import repo, yamldoc
from infra_tool.edits import Change, Edits, Overlay, Plan, Snapshot, Tree, children, is_directory
from infra_tool.errors import UsageError
from infra_tool.scaffold import names, objects, pull, recipients, rendering, sealing, templates
from infra_tool.scaffold.answers import Answers
from infra_tool.scaffold.objects import KUSTOMIZATION_FILES, SUFFIXES, Found, Sync
from infra_tool.sops import Entropy, Identity, Secret

SyncMode = Literal["auto", "none", "new"]

COMPONENT = "components/registry-pull"
RECIPIENT = "infra-tool/recipient"
SOURCE = "infra"
SCP = re.compile(r"(?P<host>[^/:]+@[^/:]+):(?P<path>[^/].*)")
PASSWORD = re.compile(r"[a-z]+://[^/@]*:[^/@]*@")


@dataclass(frozen=True, kw_only=True)
class ClusterWanted:
    """A cluster as asked for. `remote` is where the repo is, for a configuration that does not say.

    `credential` is the content of the pull secret, None for a stub.
    """

    name: str
    sync: SyncMode = "auto"
    remote: str | None = None
    credential: Secret | None = None


@dataclass(frozen=True)
class NewCluster:
    """What became of a cluster. `recipient` is its public key.

    `unreadable` are secrets that exist and that it cannot open; `followed_by` is the Flux Kustomization that applied
    its directory already.
    """

    cluster: str
    recipient: str
    files: tuple[str, ...]
    unreadable: tuple[str, ...]
    followed_by: str | None
    pull_secret: Literal["created", "stub", "kept"]


def new_cluster(wanted: ClusterWanted, identity: Identity, entropy: Entropy) -> Change[NewCluster]:
    """Return the change that makes a cluster; `identity` becomes its key unless it has one.

    The change raises UsageError when the name is none, when there are no rules to add the key to, or when Flux objects
    are to be written and the remote of the repo is not known.
    """
    names.check_label("cluster", wanted.name)

    def change(snapshot: Snapshot) -> Plan[NewCluster]:
        tree = snapshot.tree
        config = repo.load_config(tree)
        recipient = _recipient(tree, wanted.name) or identity.recipient
        rules = recipients.add(tree, Edits(), _sample(wanted.name), recipient, f"cluster {wanted.name}")
        found = _flux_objects(tree, wanted.name)
        sync = objects.covering(tree, found, _directory(wanted.name))
        answers = _answers(tree, config, wanted, found, sync)
        edits = _files(tree, rules, config, {**answers, "recipient": recipient}, _values(wanted, identity), entropy)
        result = NewCluster(
            wanted.name,
            recipient,
            tuple(edits),
            _unreadable(tree, recipient),
            sync.name if sync else None,
            _pull_secret(tree, wanted),
        )
        return Plan(edits, f"feat({wanted.name}): new cluster", result)

    return change


def _directory(cluster: str) -> str:
    return f"clusters/{cluster}"


def _sample(cluster: str) -> str:
    """Return the path of a secret that the cluster is to open."""
    return f"apps/{cluster}/secrets.enc.yaml"


def _bootstrap(cluster: str) -> str:
    return f"bootstrap/{cluster}/sops-age.enc.yaml"


def _recipient(tree: Tree, cluster: str) -> str | None:
    """Return the public key of a cluster that has one, from the plain part of its bootstrap Secret."""
    path = _bootstrap(cluster)
    if path not in tree.entries:
        return None
    documents = yamldoc.parse(tree.read(path), path).documents
    found = yamldoc.text(documents[0].root, "metadata", "annotations", RECIPIENT) if documents else None
    if found is None:
        raise UsageError(f"holds a key without the annotation {RECIPIENT}", path=path, hint="add its public key there")
    return found


def _flux_objects(tree: Tree, cluster: str) -> tuple[Found, ...]:
    """Return the Flux objects that this cluster may have: those of other clusters are none of it."""
    own = f"{_directory(cluster)}/"
    found = objects.flux_objects(tree)
    return tuple(each for each in found if each.path.startswith(own) or not each.path.startswith("clusters/"))


def _answers(
    tree: Tree, config: repo.Config, wanted: ClusterWanted, found: tuple[Found, ...], sync: Sync | None
) -> Answers:
    own = _own_flux(tree, wanted.name)
    others = tuple(each for each in found if not each.path.startswith(f"{_directory(wanted.name)}/{own}/"))
    is_followed = sync is not None and not sync.path.startswith(f"{_directory(wanted.name)}/{own}/")
    writes = wanted.sync == "new" or (wanted.sync == "auto" and not is_followed)
    if objects.named(others, "Kustomization", f"cluster-{wanted.name}"):
        writes = False
    remote = _flux_url(config.remote or wanted.remote) if writes else ""
    source = _source(others, remote)
    resources = {*_held(tree, wanted.name), *([own] if writes else [])}
    return {
        "cluster": wanted.name,
        "resources": sorted(resources, key=lambda name: (not name.startswith("flux-"), name)),
        "flux": own if writes else "",
        "add_source": source is None,
        "source": source or SOURCE,
        "remote": remote,
        "branch": config.branch,
        "registry": config.registry or "",
        "pull_stub": wanted.credential is None,
    }


def _own_flux(tree: Tree, cluster: str) -> str:
    """Return the name of the directory for our Flux objects: not the one that `flux bootstrap` made."""
    taken = f"{_directory(cluster)}/flux-system"
    is_ours = f"{taken}/sync.yaml" in tree.entries
    return "flux-system" if is_ours or not is_directory(tree, taken) else "flux-sync"


def _source(found: tuple[Found, ...], remote: str) -> str | None:
    """Return the name of a GitRepository that is this repo already, or that has the name that ours would have."""
    repositories = [each for each in found if each.text("kind") == "GitRepository"]
    same = [each for each in repositories if remote and each.text("spec", "url") == remote]
    taken = [each for each in repositories if each.text("metadata", "name") == SOURCE]
    return next((each.text("metadata", "name") for each in (*same, *taken)), None)


def _held(tree: Tree, cluster: str) -> list[str]:
    """Return what the cluster directory holds, as Flux would list it while there is no kustomization file."""
    directory = _directory(cluster)
    held = []
    for name in children(tree, directory):
        path = f"{directory}/{name}"
        if path in tree.entries:
            held += [name] if name.endswith(SUFFIXES) and name not in KUSTOMIZATION_FILES else []
        elif any(f"{path}/{file}" in tree.entries for file in KUSTOMIZATION_FILES):
            held.append(name)
    return held


def _flux_url(remote: str | None) -> str:
    """Return the URL as Flux takes it: `git@host:path` is not known to it. Raises UsageError."""
    if not remote:
        raise UsageError(
            "the configuration names no remote, so Flux cannot be told where this repo is",
            hint="set remote in .infra-tool.yaml, or give --sync none",
        )
    if PASSWORD.match(remote):
        raise UsageError("the remote holds a password", hint="use ssh:// with a deploy key")
    if scp := SCP.fullmatch(remote):
        return f"ssh://{scp['host']}/{scp['path']}"
    if not remote.startswith(("ssh://", "https://", "http://")):
        raise UsageError(f"Flux cannot follow {remote}", hint="ssh://git@host:port/owner/repo.git")
    return remote


def _files(
    tree: Tree, rules: Edits, config: repo.Config, answers: Answers, values: Mapping[str, Secret], entropy: Entropy
) -> Edits:
    """Return what is missing: the key first, then the rules that name it, the cluster's list last."""
    template = templates.built_in("cluster")
    ruled = Overlay(tree, rules)
    sealed = Edits()
    for path, plain in sealing.render_secrets(template, answers, values).items():
        if not _is_kept(tree, path):
            sealed = sealed.write(path, sealing.seal(ruled, path, plain, entropy, backend=config.secrets_backend))
    plain_files = rendering.render(template, answers, {}).files
    last = f"{_directory(str(answers['cluster']))}/kustomization.yaml"
    paths = sorted((path for path in plain_files if not _is_kept(tree, path)), key=lambda path: (path == last, path))
    edits = sealed.then(rules).then(Edits({path: plain_files[path] for path in paths}))
    if answers["flux"] and _is_kept(tree, last):
        edits = repo.register(tree, edits, str(answers["cluster"]), str(answers["flux"]))
    return edits.effective(tree)


def _is_kept(tree: Tree, path: str) -> bool:
    """Tell whether a file stays as it is: it is there, or belongs to a part that is."""
    directory = path.rpartition("/")[0]
    if path.endswith("/kustomization.yaml"):
        return any(f"{directory}/{name}" in tree.entries for name in KUSTOMIZATION_FILES)
    return path in tree.entries


def _values(wanted: ClusterWanted, identity: Identity) -> dict[str, Secret]:
    return {
        "age.agekey": Secret(f"# public key: {identity.recipient}\n{identity.secret.reveal()}\n"),
        pull.KEY: wanted.credential or pull.STUB,
    }


def _pull_secret(tree: Tree, wanted: ClusterWanted) -> Literal["created", "stub", "kept"]:
    if f"{COMPONENT}/secret.enc.yaml" in tree.entries:
        return "kept"
    return "stub" if wanted.credential is None else "created"


def _unreadable(tree: Tree, recipient: str) -> tuple[str, ...]:
    """Return the encrypted files outside of bootstrap/ that do not name the recipient."""
    paths = [path for path in tree.entries if path.endswith((".enc.yaml", ".enc.yml"))]
    outside = [path for path in paths if not path.startswith("bootstrap/")]
    key = recipient.encode()
    return tuple(path for path, data in tree.read_many(outside).items() if b"sops:" in data and key not in data)
