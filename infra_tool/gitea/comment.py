"""A comment on a pull request that is kept up to date, instead of one more each time."""

from collections.abc import Sequence

from infra_tool.errors import InfraToolError
from infra_tool.gitea.client import Client
from infra_tool.gitea.step import Call, Repo, Step

MARK = "<!-- infra-tool -->"
"""What our comment begins with; the page does not show it."""


def plan_comment(client: Client, repo: Repo, number: int, text: str) -> Step:
    """Return what becomes of our comment on a pull request. Raises InfraToolError when there is no such one."""
    if client.get(*repo.path("pulls", str(number))) is None:
        raise InfraToolError(f"{client.base} has no pull request {number} of {repo.owner}/{repo.name}")
    path = repo.path("issues", str(number), "comments")
    body = f"{MARK}\n{text.strip()}\n"
    ours = _ours(client, client.listed(*path))
    name = f"#{number}"
    if ours is None:
        return Step("comment", name, "create", calls=(Call("POST", path, {"body": body}),))
    if str(ours.get("body")).strip() == body.strip():
        return Step("comment", name, "keep")
    place = repo.path("issues", "comments", str(ours.get("id")))
    return Step("comment", name, "update", calls=(Call("PATCH", place, {"body": body}),))


def _ours(client: Client, comments: Sequence[dict[str, object]]) -> dict[str, object] | None:
    """Return the comment that begins with our mark and is of the user whose token this is.

    The token of a job may not ask who that is: then the mark alone tells.
    """
    marked = [each for each in comments if str(each.get("body")).startswith(MARK)]
    login = _login(client) if marked else None
    return next((each for each in marked if login is None or _name(each.get("user")) == login), None)


def _login(client: Client) -> str | None:
    try:
        return _name(client.get("user"))
    except InfraToolError:
        return None


def _name(user: object) -> str | None:
    return str(user["login"]).lower() if isinstance(user, dict) and user.get("login") else None
