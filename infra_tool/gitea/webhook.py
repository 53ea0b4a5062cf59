"""The webhook by which the Receiver of Flux learns of a push at once.

The last part of its address is made of the token, so that the address tells whether the token is still the same:
https://fluxcd.io/flux/components/notification/receivers/.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from infra_tool.errors import UsageError
from infra_tool.gitea.client import Client
from infra_tool.gitea.step import Call, Repo, Step

HOOK = "/hook/"


@dataclass(frozen=True)
class Receiver:
    """A Receiver of a cluster: where Gitea reaches notification-controller, its path there, the token they share."""

    base: str
    path: str
    token: str = field(repr=False)

    @property
    def address(self) -> str:
        """Return the address that is called."""
        return f"{self.base.rstrip('/')}{self.path}"


def plan(client: Client, repo: Repo, receiver: Receiver, branch: str) -> Iterator[Step]:
    """Yield what becomes of the webhook; one to the same place with an old token is replaced.

    Raises UsageError when the Receiver is at no address.
    """
    url = urlsplit(receiver.base)
    if url.scheme not in {"http", "https"} or not url.hostname or url.username:
        raise UsageError(
            f"{url.hostname or 'this'} is no address",
            hint="--receiver-url http://HOST, as Gitea reaches webhook-receiver",
        )
    path = repo.path("hooks")
    ours = [hook for hook in client.listed(*path) if _address(hook).startswith(receiver.base.rstrip("/") + HOOK)]
    name = url.netloc
    if any(_is(hook, receiver.address) for hook in ours):
        yield Step("webhook", name, "keep", "push")
        return
    config = {"url": receiver.address, "content_type": "json", "secret": receiver.token}
    body = {"type": "gitea", "active": True, "events": ["push"], "branch_filter": branch, "config": config}
    removed = tuple(Call("DELETE", (*path, str(hook.get("id")))) for hook in ours)
    yield Step("webhook", name, "update" if ours else "create", "push", (*removed, Call("POST", path, body)))


def _address(hook: dict[str, object]) -> str:
    config = hook.get("config")
    return str(config.get("url")) if isinstance(config, dict) else ""


def _is(hook: dict[str, object], address: str) -> bool:
    events = hook.get("events")
    return _address(hook) == address and hook.get("active") is True and isinstance(events, list) and "push" in events
