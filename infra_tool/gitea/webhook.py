"""The webhook by which the Receiver of Flux learns of a push at once.

The last part of its address is made of the token, so that the address tells whether the token is still the same:
https://fluxcd.io/flux/components/notification/receivers/.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from infra_tool.errors import UsageError
from infra_tool.gitea.address import parse
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


def plan(client: Client, repo: Repo, receivers: Sequence[Receiver], branch: str) -> Iterator[Step]:
    """Yield what becomes of the webhook of each Receiver; one to the same place with an old token is replaced.

    Raises UsageError when a Receiver is at no address.
    """
    path = repo.path("hooks")
    names = [_host(receiver) for receiver in receivers]
    hooks = client.listed(*path) if receivers else []
    for receiver, name in zip(receivers, names, strict=True):
        others = {each.address for each in receivers} - {receiver.address}
        place = receiver.base.rstrip("/") + HOOK
        ours = [hook for hook in hooks if _address(hook).startswith(place) and _address(hook) not in others]
        if any(_is(hook, receiver.address) for hook in ours):
            yield Step("webhook", name, "keep", "push")
            continue
        hooks = [hook for hook in hooks if hook not in ours]
        removed = tuple(Call("DELETE", (*path, str(hook.get("id")))) for hook in ours)
        made = Call("POST", path, _body(receiver, branch))
        yield Step("webhook", name, "update" if ours else "create", "push", (*removed, made))


def _host(receiver: Receiver) -> str:
    """Return the host of the address, which is not repeated where it is none."""
    url = parse(receiver.base)
    if url is None:
        raise UsageError("this is no address", hint="--receiver-url http://HOST, as Gitea reaches webhook-receiver")
    return url.netloc


def _body(receiver: Receiver, branch: str) -> dict[str, object]:
    config = {"url": receiver.address, "content_type": "json", "secret": receiver.token}
    return {"type": "gitea", "active": True, "events": ["push"], "branch_filter": branch, "config": config}


def _address(hook: dict[str, object]) -> str:
    config = hook.get("config")
    return str(config.get("url")) if isinstance(config, dict) else ""


def _is(hook: dict[str, object], address: str) -> bool:
    events = hook.get("events")
    return _address(hook) == address and hook.get("active") is True and isinstance(events, list) and "push" in events
