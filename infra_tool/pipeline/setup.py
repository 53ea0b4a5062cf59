"""What an infra repo and its app repos need on their Gitea, from the repo and from what a person gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra_tool import gitea, registry, repo
from infra_tool.edits import Tree
from infra_tool.errors import UsageError
from infra_tool.gitea import KeyPair, Receiver, Step, Value
from infra_tool.pipeline import protected, server
from infra_tool.pipeline.server import Place

REGISTRY_AUTH = "BUILDKIT_REGISTRY_AUTH"
KNOWN_HOSTS = "INFRA_KNOWN_HOSTS"
SPEC = "INFRA_TOOL_SPEC"
NAMES = (gitea.DEPLOY_KEY, REGISTRY_AUTH, KNOWN_HOSTS, SPEC)
"""Secrets and variables of the workflows, and the variables of the environment that give them."""

NEWEST = 25
"""How many versions a cleanup rule keeps besides those that it names: what it names was read at one moment."""

GATE = Step(
    "protection",
    repo.LIVE,
    "open",
    "let one user push and no deploy key; the secret LIVE_TOKEN is a token of that user",
)
"""What keeps everybody but the workflow that lints from what the clusters follow."""


@dataclass(frozen=True, kw_only=True)
class SetupWanted:
    """What to set, as given.

    `values` are those of NAMES that are given. `spare` is a key pair for CD, made for this, `flux` are the public keys
    of clusters by name. `receivers` and `missing` are about webhooks. `keep` is the pattern of the versions that the
    registry must keep, "" where there are none. `protects`: the branch gets its protection.
    """

    spare: KeyPair
    owner: str | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    flux: Mapping[str, str] = field(default_factory=dict)
    receivers: tuple[Receiver, ...] = ()
    missing: tuple[Step, ...] = ()
    keep: str = ""
    protects: bool = True


def place(tree: Tree) -> Place:
    """Return where the infra repo lives, by its configuration. Raises UsageError when that does not say."""
    remote = repo.load_config(tree).remote
    found = server.place(remote) if remote else None
    if found is None:
        raise UsageError(
            f"{remote or 'the configuration'} names no repo on a server", hint=f"set remote in {repo.PATH}"
        )
    return found


def setup(tree: Tree, given: SetupWanted) -> gitea.Wanted:
    """Return what to set on the server. Raises UsageError for a value that cannot be one."""
    config, where = repo.load_config(tree), place(tree)
    values = given.values
    private = values.get(gitea.DEPLOY_KEY)
    if auth := values.get(REGISTRY_AUTH):
        registry.from_text(auth, config.registry or where.host)
    owner = given.owner or config.owner or where.owner
    rule = f"type Container, keep the most recent {NEWEST}, keep versions matching {given.keep}" if given.keep else ""
    return gitea.Wanted(
        repo=gitea.Repo(where.owner, where.name),
        owner=owner,
        branch=config.branch,
        patterns=protected.patterns(tree) if given.protects else None,
        spare=given.spare,
        deploy_key=KeyPair(gitea.public_half(private, gitea.CD_KEY), private) if private else None,
        secrets=(Value(REGISTRY_AUTH, f"USER:TOKEN, which may write packages of {owner}", values.get(REGISTRY_AUTH)),),
        variables=(
            Value(KNOWN_HOSTS, f"the host keys of {where.host}, or give --known-hosts", values.get(KNOWN_HOSTS)),
            *([Value(SPEC, "what pip installs", values[SPEC])] if SPEC in values else []),
        ),
        flux=tuple((f"flux-{cluster}", public) for cluster, public in given.flux.items()),
        receivers=given.receivers,
        missing=(*given.missing, *([GATE] if config.gate == "branch" else [])),
        rule=rule,
        followed=config.followed,
    )
