"""The environment that git runs in: nothing of a surrounding git call leaks in, nothing is asked, words are English."""

import os
import re
from collections.abc import Mapping

KEPT = re.compile(
    r"GIT_(SSH|SSH_COMMAND|ASKPASS|SSL_.*|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)"
    r"|(AUTHOR|COMMITTER)_(NAME|EMAIL|DATE))"
)
"""How to reach servers, which configuration holds, and who commits. Everything else names another repo or index."""

INDEX = "GIT_INDEX_FILE"
"""`git commit -a` and `git commit PATH` hand hooks another index; for the tree of the index only."""

PLACE = ("GIT_DIR", "GIT_WORK_TREE")
"""Where the repo is; only to find its root."""

FIXED = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


def environment(*also: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for git: this process's, filtered; variables in `also` stay; `extra` is added."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in also or KEPT.fullmatch(name)
    }
    return {**kept, **FIXED, **(extra or {})}
