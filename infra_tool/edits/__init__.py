"""The core: trees, edits over them, plans, and how edits reach a work tree."""

from infra_tool.edits.apply import applied, apply, on_disk
from infra_tool.edits.diff import diff
from infra_tool.edits.edits import Edits, File, Overlay
from infra_tool.edits.merge import merge
from infra_tool.edits.plan import Change, Commit, Past, Plan, Snapshot
from infra_tool.edits.tree import (
    EXECUTABLE,
    FILE,
    MAX_SIZE,
    SUBMODULE,
    SYMLINK,
    Entry,
    Listing,
    MemoryTree,
    Mode,
    Tree,
    children,
    is_directory,
    leaves_repo,
    missing,
    obstacle,
    readable,
    shown,
    unreadable,
)

__all__ = [
    "EXECUTABLE",
    "FILE",
    "MAX_SIZE",
    "SUBMODULE",
    "SYMLINK",
    "Change",
    "Commit",
    "Edits",
    "Entry",
    "File",
    "Listing",
    "MemoryTree",
    "Mode",
    "Overlay",
    "Past",
    "Plan",
    "Snapshot",
    "Tree",
    "applied",
    "apply",
    "children",
    "diff",
    "is_directory",
    "leaves_repo",
    "merge",
    "missing",
    "obstacle",
    "on_disk",
    "readable",
    "shown",
    "unreadable",
]
