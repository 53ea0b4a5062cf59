"""Deploys: which version of each service runs, moved by commits."""

from infra_tool.deploy.bump import OnUnknown, Policy, Wanted, bump
from infra_tool.deploy.file import bump_file
from infra_tool.deploy.link import commit_url
from infra_tool.deploy.order import Source
from infra_tool.deploy.result import Action, Bumped, Change, Service

__all__ = [
    "Action",
    "Bumped",
    "Change",
    "OnUnknown",
    "Policy",
    "Service",
    "Source",
    "Wanted",
    "bump",
    "bump_file",
    "commit_url",
]
