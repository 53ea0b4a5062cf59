"""Behind a gate the server tells clusters of another branch, which a person protects."""

import gitea_api
from gitea_api import Gitea

from infra_tool.edits import MemoryTree
from infra_tool.gitea import Client, KeyPair, Receiver, carry_out, plan
from infra_tool.pipeline import SetupWanted, setup

CONFIG = "version: 1\nremote: ssh://git@git.example.org/team/infra.git\nowner: team\n"
RECEIVER = Receiver("http://10.43.0.7", "/hook/0123", "t0k3n-of-the-hook")


def made(config: str) -> tuple[list[str], str]:
    """Set up a server for a repo; return what is left to a person, and the branch whose pushes clusters hear of."""
    given = SetupWanted(spare=KeyPair("ssh-ed25519 AAAA cd", "private"), receivers=(RECEIVER,), protects=False)
    wanted = setup(MemoryTree({".infra-tool.yaml": config.encode()}), given)
    with gitea_api.serving(Gitea()) as server:
        client = Client(server.url, server.token)
        steps = list(carry_out(client, plan(client, wanted)))
    (hook,) = server.hooks
    return [step.name for step in steps if step.kind == "protection"], hook["branch_filter"]


def test_clusters_hear_of_the_branch_that_they_follow() -> None:
    assert made(CONFIG) == ([], "main")
    assert made(f"{CONFIG}gate: branch\n") == (["live"], "live")
