"""`infra-tool gitea`: what is set on the git server once for an infra repo and the app repos that deploy into it."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import prune_tags, report, scaffolding
from infra_tool.cli.app import add, add_later, new_group
from infra_tool.cli.gitea_token import TOKEN, TokenEnvOption
from infra_tool.errors import EXIT_FINDINGS, UsageError

if TYPE_CHECKING:
    from infra_tool.edits import Snapshot, Tree
    from infra_tool.gitea import Receiver, Step
    from infra_tool.pipeline import SetupWanted

LAST = 10
WORDS = {"create": "made", "update": "changed", "write": "written", "keep": "as it is"}
PLANNED = {**WORDS, "create": "would be made", "update": "would be changed", "write": "would be written"}


def setup(  # noqa: PLR0913 -- these are its options
    *,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Address of Gitea's pages; by the repo's remote if not given.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose app repos deploy; by the configuration if not given.")
    ] = None,
    token_env: TokenEnvOption = TOKEN,
    known_hosts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Host keys of the git server; yours if not given.")
    ] = None,
    receiver_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where Gitea reaches webhook-receiver of the cluster.")
    ] = None,
    identity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Private key to open the token of the webhook with.")
    ] = None,
    no_protection: Annotated[bool, typer.Option("--no-protection", help="Leave the branch as it is.")] = False,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Send the token to another machine unencrypted.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, and tell what would be set.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Look, and exit 1 when something would be set.")] = False,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Set deploy keys, secrets, variables, branch protection and webhook on Gitea; what is set already stays."""
    from infra_tool import git, gitea, pipeline

    snapshot = git.worktree_snapshot(scaffolding.infra_root())
    place = pipeline.infra_place(snapshot.tree)
    base = url or place.base
    client = gitea.Client(base, _token(base, token_env), plain=plain_http)
    receivers, missing = _receivers(snapshot.tree, receiver_url, identity)
    wanted = _wanted(snapshot, owner, known_hosts, receivers, missing, protects=not no_protection)
    steps = gitea.plan(client, pipeline.setup(snapshot.tree, wanted))
    is_dry = dry_run or check
    _tell(client.base, steps if is_dry else gitea.carry_out(client, steps), format_, dry_run=is_dry)
    if check and any(step.calls for step in steps):
        raise typer.Exit(EXIT_FINDINGS)


def _token(base: str, variable: str) -> str:
    from infra_tool import gitea

    gitea.check_address(base)  # what is told of a token that is missing repeats it
    if variable not in os.environ:
        raise UsageError(
            f"the environment variable {variable} is not set",
            hint=f"it holds a token of {base}/user/settings/applications that may write repositories, and users or "
            "organizations",
        )
    return scaffolding.read_environment(variable)


def _wanted(
    snapshot: "Snapshot",
    owner: str | None,
    known_hosts: Path | None,
    receivers: "tuple[Receiver, ...]",
    missing: "tuple[Step, ...]",
    *,
    protects: bool,
) -> "SetupWanted":
    from infra_tool import gitea, pipeline, repo
    from infra_tool.scaffold import credentials, deploy_key

    tree = snapshot.tree
    pair = deploy_key.generate(gitea.CD_KEY)
    values = {name: scaffolding.read_environment(name) for name in pipeline.SETUP_NAMES if os.environ.get(name)}
    if known_hosts or pipeline.KNOWN_HOSTS not in values:
        values |= _hosts(tree, known_hosts)
    keys = {cluster: credentials.public_key(tree, cluster) for cluster in repo.clusters(tree)}
    return pipeline.SetupWanted(
        spare=gitea.KeyPair(pair.public, pair.private.reveal()),
        owner=owner,
        values=values,
        flux={cluster: key for cluster, key in keys.items() if key},
        receivers=receivers,
        missing=missing,
        keep=_kept(snapshot),
        protects=protects,
    )


def _hosts(tree: "Tree", given: Path | None) -> dict[str, str]:
    """Return the host keys of the git server that the person trusts; nothing where there are none."""
    from infra_tool import pipeline, repo
    from infra_tool.scaffold import deploy_key, following

    address = following.flux_url(repo.load_config(tree).remote)
    content, source = scaffolding.known_hosts(given)
    found = deploy_key.required(address, content, source) if source else deploy_key.host_keys(address, content)
    return {pipeline.KNOWN_HOSTS: found} if found else {}


def _receivers(
    tree: "Tree", base: str | None, identity: Path | None
) -> "tuple[tuple[Receiver, ...], tuple[Step, ...]]":
    """Return the Receivers whose token can be opened, and what is missing for a webhook."""
    from infra_tool import gitea, repo, sops, yamldoc
    from infra_tool.scaffold import bootstrap, credentials

    clusters = [
        name for name in repo.clusters(tree) if credentials.path(name, credentials.RECEIVER_TOKEN) in tree.entries
    ]
    if not clusters:
        return (), ()
    if base is None:
        hint = "--receiver-url http://HOST, as Gitea reaches the Service webhook-receiver in flux-system"
        return (), tuple(gitea.Step("webhook", cluster, "open", hint) for cluster in clusters)
    keys = sops.from_file(identity) if identity else sops.identities(os.environ, Path.home())
    found = []
    for cluster in clusters:
        for secret in bootstrap(tree, cluster, keys):
            root = yamldoc.parse(secret.manifest.data).documents[0].root
            token = yamldoc.text(root, "stringData", "token")
            if secret.webhook and token:
                found.append(gitea.Receiver(base, secret.webhook, token))
    return tuple(found), ()


def _kept(snapshot: "Snapshot") -> str:
    """Return the pattern of all versions that the registry must keep: Gitea has one rule for all images of an owner."""
    from infra_tool import deploy

    try:
        images = deploy.kept(snapshot, (), LAST)
    except UsageError as error:
        report.warn(f"no cleanup rule for the registry: {error}", hint=error.hint)
        return ""
    return prune_tags.pattern(image_version for image in images for image_version in image.kept)


def _tell(base: str, steps: "Iterable[Step]", format_: report.Format, *, dry_run: bool) -> None:
    if format_ is report.Format.json:
        told = [{"kind": s.kind, "name": s.name, "action": s.action, "detail": s.detail} for s in steps]
        report.result("gitea setup", {"server": base, "dry_run": dry_run, "steps": told})
        return
    todo = []
    for step in steps:
        if step.action == "open":
            todo.append(step)
        else:
            words = (PLANNED if dry_run else WORDS)[step.action]
            report.say(f"{step.kind} {step.name}: {words}{f' ({step.detail})' if step.detail else ''}")
    for step in todo:
        report.note(f"next: {step.kind} {step.name}: {step.detail}")


group = new_group("What is set on the git server once.")
add(group, "setup", setup)
add_later(
    group,
    "comment",
    "infra_tool.cli.comment:comment",
    "Write a comment on a pull request, or write it again: there is one, however often this is called.",
)
