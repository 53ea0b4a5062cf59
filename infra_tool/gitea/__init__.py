"""A Gitea: its API, and what is set there once for an infra repo and its app repos."""

from infra_tool.gitea.actions import Value
from infra_tool.gitea.address import check as check_address
from infra_tool.gitea.address import parse as parse_address
from infra_tool.gitea.client import Client
from infra_tool.gitea.comment import plan_comment
from infra_tool.gitea.keys import KeyPair, public_half
from infra_tool.gitea.protection import is_covered
from infra_tool.gitea.setup import CD_KEY, DEPLOY_KEY, Wanted, carry_out, plan
from infra_tool.gitea.step import Repo, Step
from infra_tool.gitea.webhook import Receiver

__all__ = [
    "CD_KEY",
    "DEPLOY_KEY",
    "Client",
    "KeyPair",
    "Receiver",
    "Repo",
    "Step",
    "Value",
    "Wanted",
    "carry_out",
    "check_address",
    "is_covered",
    "parse_address",
    "plan",
    "plan_comment",
    "public_half",
]
