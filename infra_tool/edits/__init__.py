"""The core: trees, edits over them, plans, and how edits reach a work tree."""

from infra_tool.edits.edits import Edits, File, Overlay
from infra_tool.edits.plan import Change, Commit, Plan, Snapshot
from infra_tool.edits.tree import (
    EXECUTABLE,
    FILE,
    MAX_SIZE,
    SUBMODULE,
    SYMLINK,
    Entry,
    MemoryTree,
    Mode,
    Tree,
    children,
    is_directory,
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
    "MemoryTree",
    "Mode",
    "Overlay",
    "Plan",
    "Snapshot",
    "Tree",
    "children",
    "is_directory",
]
