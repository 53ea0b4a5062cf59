"""Deploys: which version of each service runs, moved by commits."""

from infra_tool.apps.hold import Hold
from infra_tool.deploy.bump import OnUnknown, Policy, Wanted, bump
from infra_tool.deploy.file import bump_file
from infra_tool.deploy.history import Run, history
from infra_tool.deploy.hold import Held, hold, unhold
from infra_tool.deploy.keep import Kept, KeptImage, kept
from infra_tool.deploy.link import commit_url
from infra_tool.deploy.order import Source
from infra_tool.deploy.result import Action, Bumped, Change, Service
from infra_tool.deploy.rollback import RollbackWanted, RolledBack, rollback
from infra_tool.deploy.verify import Look

__all__ = [
    "Action",
    "Bumped",
    "Change",
    "Held",
    "Hold",
    "Kept",
    "KeptImage",
    "Look",
    "OnUnknown",
    "Policy",
    "RollbackWanted",
    "RolledBack",
    "Run",
    "Service",
    "Source",
    "Wanted",
    "bump",
    "bump_file",
    "commit_url",
    "history",
    "hold",
    "kept",
    "rollback",
    "unhold",
]
