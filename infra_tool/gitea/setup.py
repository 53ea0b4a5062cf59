"""Everything that is set on the server once for an infra repo: planned by looking, carried out by calls.

A plan of what is set already has no calls, so that the same again changes nothing; secrets are the exception.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infra_tool.errors import InfraToolError
from infra_tool.gitea import actions, keys, protection, webhook
from infra_tool.gitea.actions import Owner, Value
from infra_tool.gitea.client import Client
from infra_tool.gitea.keys import KeyPair
from infra_tool.gitea.step import Repo, Step
from infra_tool.gitea.webhook import Receiver

CD_KEY = "cd"
DEPLOY_KEY = "INFRA_DEPLOY_KEY"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to set for an infra repo.

    `owner` is whose app repos deploy. `deploy_key` is the key with which CD pushes; None keeps the one that is set, and
    takes `spare`, which was made for this, where none is. `flux` are the public halves of the keys that clusters read
    with, by title. `patterns` are the paths that no push to `branch` may change; None leaves the branch alone.
    `missing` are steps that lack something, `rule` is what a person sets for the registry. Clusters follow `followed`,
    or `branch` where that is "".
    """

    repo: Repo
    owner: str
    branch: str
    patterns: tuple[str, ...] | None
    spare: KeyPair
    deploy_key: KeyPair | None = None
    secrets: tuple[Value, ...] = ()
    variables: tuple[Value, ...] = ()
    flux: tuple[tuple[str, str], ...] = ()
    receivers: tuple[Receiver, ...] = ()
    missing: tuple[Step, ...] = ()
    rule: str = ""
    followed: str = ""


def plan(client: Client, wanted: Wanted) -> tuple[Step, ...]:
    """Return what becomes of each thing, without changing any.

    Raises InfraToolError when there is no such repo or the token may not see its settings, UsageError when the token is
    not the owner's.
    """
    if client.get(*wanted.repo.path()) is None:
        raise InfraToolError(
            f"{client.base} has no repo {wanted.repo.owner}/{wanted.repo.name} that this token may see",
            hint="make it there first; --url names the server where remote does not",
        )
    owner = Owner(client, wanted.owner)
    return (
        *_deploy_key(client, owner, wanted),
        *(step for value in wanted.secrets for step in actions.plan_secret(owner, value)),
        *(step for value in wanted.variables for step in actions.plan_variable(client, owner, value)),
        *_flux(client, wanted),
        *_protection(client, wanted),
        *_webhooks(client, wanted),
        *wanted.missing,
        *_rule(client, owner, wanted.rule),
    )


def carry_out(client: Client, steps: Iterable[Step]) -> Iterator[Step]:
    """Make each step so, and yield it when it is."""
    for step in steps:
        for call in step.calls:
            call.send(client)
        yield step


def _deploy_key(client: Client, owner: Owner, wanted: Wanted) -> Iterator[Step]:
    """Yield the secret before the key: cut off between them, the same again makes both anew."""
    about = "the private half of the deploy key"
    title = CD_KEY if owner.name.lower() == wanted.repo.owner.lower() else f"{CD_KEY}-{owner.name}"
    secrets = owner.secrets()
    is_usable = secrets is None or DEPLOY_KEY in secrets
    if wanted.deploy_key is None and is_usable and keys.has_title(client, wanted.repo, title):
        yield Step("secret", DEPLOY_KEY, "keep", about)
        yield Step("deploy key", title, "keep", "may write")
        return
    pair = wanted.deploy_key or wanted.spare
    yield from actions.plan_secret(owner, Value(DEPLOY_KEY, about, pair.private))
    yield from keys.plan(client, wanted.repo, keys.Wanted(title, pair.public, read_only=False))


def _flux(client: Client, wanted: Wanted) -> Iterator[Step]:
    for title, public in wanted.flux:
        yield from keys.plan(client, wanted.repo, keys.Wanted(title, public, read_only=True))


def _protection(client: Client, wanted: Wanted) -> Iterator[Step]:
    if wanted.patterns is not None:
        yield from protection.plan(client, wanted.repo, wanted.branch, wanted.patterns, _login(client))


def _webhooks(client: Client, wanted: Wanted) -> Iterator[Step]:
    yield from webhook.plan(client, wanted.repo, wanted.receivers, wanted.followed or wanted.branch)


def _login(client: Client) -> str:
    user = client.get("user")
    if not isinstance(user, dict) or not isinstance(user.get("login"), str):
        raise InfraToolError(f"{client.base} does not tell whose token this is", hint="the token needs read:user")
    return str(user["login"])


def _rule(client: Client, owner: Owner, text: str) -> Iterator[Step]:
    """Yield the cleanup rule of the registry, for which the API has no call."""
    if text:
        page = f"{client.base}/{owner.pages}/packages"
        yield Step("cleanup rule", "container", "open", f"Gitea has no call for it; at {page}: {text}")
