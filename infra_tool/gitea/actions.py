"""Secrets and variables of an owner, which the workflows of all repos of that owner get."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from infra_tool.errors import UsageError
from infra_tool.gitea.client import Client
from infra_tool.gitea.step import Action, Call, Step


@dataclass(frozen=True)
class Value:
    """A secret or a variable as wanted; `value` None leaves it as it is, and `about` says what it is for."""

    name: str
    about: str
    value: str | None = field(default=None, repr=False)


class Owner:
    """Who owns the app repos, as far as the API tells: a user, or an organisation."""

    def __init__(self, client: Client, name: str) -> None:
        """Look for `name` when it is asked about."""
        self._client = client
        self.name = name

    @cached_property
    def is_organisation(self) -> bool:
        """Tell whether this is an organisation.

        Raises UsageError for a user whose token this is not: only a user's own token sets a user's secrets.
        """
        user = self._client.get("user")
        login = str(user.get("login")) if isinstance(user, dict) else "nobody"
        if login.lower() == self.name.lower():
            return False
        if self._client.get("orgs", self.name) is None:
            raise UsageError(
                f"the token is that of {login}, who cannot set the secrets of {self.name}",
                hint=f"a token of {self.name}; --owner names whose app repos deploy",
            )
        return True

    def path(self, *below: str) -> tuple[str, ...]:
        """Return the path of what belongs to the owner's workflows."""
        return (*(("orgs", self.name) if self.is_organisation else ("user",)), "actions", *below)

    @property
    def pages(self) -> str:
        """Return the path of the owner's settings among the pages of the server."""
        return f"org/{self.name}/settings" if self.is_organisation else "user/settings"

    def secrets(self) -> frozenset[str] | None:
        """Return the names of the secrets that there are; None for a user, of whom Gitea tells none."""
        if not self.is_organisation:
            return None
        return frozenset(str(entry.get("name")) for entry in self._client.listed(*self.path("secrets")))


def plan_secret(owner: Owner, wanted: Value) -> Iterator[Step]:
    """Yield what becomes of a secret. Gitea never shows one, so that a value that is given is always written."""
    known = owner.secrets()
    is_there = known is not None and wanted.name in known
    if wanted.value is not None:
        action: Action = "create" if known is not None and not is_there else "write"
        call = Call("PUT", owner.path("secrets", wanted.name), {"data": wanted.value})
        yield Step("secret", wanted.name, action, wanted.about, (call,))
    elif is_there:
        yield Step("secret", wanted.name, "keep", wanted.about)
    else:
        unknown = (
            "no value is given, and Gitea does not tell whether it has one" if known is None else "it has no value"
        )
        yield Step("secret", wanted.name, "open", f"{unknown}: export {wanted.name}, {wanted.about}")


def plan_variable(client: Client, owner: Owner, wanted: Value) -> Iterator[Step]:
    """Yield what becomes of a variable."""
    path = owner.path("variables", wanted.name)
    found = client.get(*path)
    before = found.get("data") if isinstance(found, dict) else None
    if wanted.value is None:
        action: Action = "open" if before is None else "keep"
        yield Step("variable", wanted.name, action, f"export {wanted.name}, {wanted.about}" if before is None else "")
    elif isinstance(before, str) and before.strip() == wanted.value.strip():
        yield Step("variable", wanted.name, "keep")
    elif before is None:
        yield Step("variable", wanted.name, "create", "", (Call("POST", path, {"value": wanted.value}),))
    else:
        yield Step("variable", wanted.name, "update", "", (Call("PUT", path, {"value": wanted.value}),))
