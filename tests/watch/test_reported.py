"""What Flux reports to Gitea of commits, told from the statuses of a few."""

from collections.abc import Iterator

import pytest

from infra_tool.gitea import Client
from infra_tool.gitea.client import Answer
from infra_tool.watch import Reported

ROOT = "kustomization/flux-system/0a1b2c3d"
N8N = "kustomization/n8n/0a1b2c3d"
Told = dict[str, str]


class Server(Client):
    """A Gitea with a branch of commits, newest first, and what was reported of each."""

    def __init__(self, **reported: Told) -> None:
        super().__init__("https://git.example.test", "a-token")
        self.reported = reported

    def send(self, method: str, path: tuple[str, ...], body: object = None, *, query: str = "") -> Answer:
        assert (method, path[:3], body) == ("GET", ("repos", "team", "infra"), None)
        if path[3:] == ("commits",):
            assert "sha=main&" in query
            return Answer(200, [{"sha": name} for name in self.reported])
        statuses = [
            {"context": context, "status": state, "description": f"{state} it is"}
            for context, state in self.reported[path[4]].items()
        ]
        return Answer(200, {"state": "whatever", "statuses": statuses})


def seen(**reported: Told) -> tuple[str, str]:
    return tuple(Reported(Server(**reported), ("team", "infra"), "main", "ours")())  # type: ignore[return-value]


def cases() -> Iterator[tuple[dict[str, Told], str, str]]:
    before = {"old": {ROOT: "success", N8N: "success"}}
    yield {"old": {}}, "pending", "ours is not on main"
    yield {"ours": {}, "old": {}}, "pending", "Flux has reported nothing yet"
    yield {"ours": {"ci / test": "failure"}, "old": {}}, "pending", "Flux has reported nothing yet"
    yield {"ours": {}, **before}, "pending", "flux-system: nothing is reported yet"
    yield {"ours": {ROOT: "success"}, **before}, "pending", "n8n: nothing is reported yet"
    yield {"ours": {ROOT: "success", N8N: "pending"}, **before}, "pending", "n8n: pending it is"
    yield {"ours": {ROOT: "success", N8N: "success"}, **before}, "applied", "flux-system, n8n"
    yield {"ours": {ROOT: "pending", N8N: "failure"}, **before}, "failed", "n8n: failure it is"
    yield {"ours": {ROOT: "success"}, "old": {}}, "applied", "flux-system"
    yield {"newer": {ROOT: "success", N8N: "success"}, "ours": {}, **before}, "applied", "flux-system, n8n"
    yield {"newer": {ROOT: "failure"}, "ours": {ROOT: "success"}, "old": {ROOT: "success"}}, "applied", "flux-system"
    yield {"newer": {N8N: "success"}, "ours": {ROOT: "success", N8N: "error"}, **before}, "applied", "flux-system, n8n"


@pytest.mark.parametrize(("reported", "state", "about"), [*cases()])
def test_how_far_a_commit_is(reported: dict[str, Told], state: str, about: str) -> None:
    found, words = seen(**reported)
    assert found == state
    assert words.startswith(about)
