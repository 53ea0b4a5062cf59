"""A comment on a pull request that is kept up to date, instead of one more each time."""

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
    ours = next((each for each in client.listed(*path) if str(each.get("body")).startswith(MARK)), None)
    name = f"#{number}"
    if ours is None:
        return Step("comment", name, "create", calls=(Call("POST", path, {"body": body}),))
    if str(ours.get("body")).strip() == body.strip():
        return Step("comment", name, "keep")
    place = repo.path("issues", "comments", str(ours.get("id")))
    return Step("comment", name, "update", calls=(Call("PATCH", place, {"body": body}),))
