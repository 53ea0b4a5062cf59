"""The only user of git: trees of the work tree, index and commits, and how plans are carried out."""

from infra_tool.git.ancestry import Relation, relation
from infra_tool.git.changes import Since, since
from infra_tool.git.command import check_url, run
from infra_tool.git.contains import containing
from infra_tool.git.deliver import deliver
from infra_tool.git.delivery import Delivery, Kind, Outcome
from infra_tool.git.environment import environment
from infra_tool.git.index import IndexTree
from infra_tool.git.place import root
from infra_tool.git.revision import CommitTree, ends, is_commit
from infra_tool.git.snapshot import GitSnapshot, commit_snapshot, worktree_snapshot
from infra_tool.git.ssh import Ssh
from infra_tool.git.worktree import WorkTree

__all__ = [
    "CommitTree",
    "Delivery",
    "GitSnapshot",
    "IndexTree",
    "Kind",
    "Outcome",
    "Relation",
    "Since",
    "Ssh",
    "WorkTree",
    "check_url",
    "commit_snapshot",
    "containing",
    "deliver",
    "ends",
    "environment",
    "is_commit",
    "relation",
    "root",
    "run",
    "since",
    "worktree_snapshot",
]
