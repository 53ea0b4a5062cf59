"""How two commits of a source repo stand to each other."""

from pathlib import Path
from typing import Literal

from infra_tool.git.command import run
from infra_tool.git.environment import environment
from infra_tool.git.history import UNSHALLOW, is_shallow
from infra_tool.git.partial import LOCAL
from infra_tool.git.talk import TIMEOUT

Relation = Literal["same", "ancestor", "descendant", "diverged", "unknown"]

FILTER = "remote.origin.partialclonefilter"
STEP = 100
"""Commits that a shallow clone is deepened by before its whole history is fetched."""


def relation(source: Path, old: str, new: str) -> Relation:
    """Return what `new` is to `old`, by ancestry and never by time, in the repo at `source`.

    A shallow clone is deepened as far as needed, with the commits alone; a commit that came after the checkout is
    fetched. "unknown" when a commit cannot be found, or the history between them cannot be fetched.
    """
    answer = _relation(source, old, new)
    for how in (f"--deepen={STEP}", "--unshallow"):
        if answer in {"same", "ancestor", "descendant"} or not is_shallow(source):
            break
        _deepen(source, how, new)
        answer = _relation(source, old, new)
    if answer == "unknown":
        # A job that ends late meets what was deployed since it was started.
        run((*UNSHALLOW, "origin"), cwd=source, ok=None, timeout=TIMEOUT)
        answer = _relation(source, old, new)
    if answer == "diverged" and is_shallow(source):
        return "unknown"
    return answer


def _relation(source: Path, old: str, new: str) -> Relation:
    """Answer from what is there: in a shallow clone only a found ancestry is sure."""
    ids = [_find(source, revision) for revision in (old, new)]
    if ids[0] is None or ids[1] is None:
        return "unknown"
    before, after = ids[0], ids[1]
    if before == after:
        return "same"
    if _is_ancestor(source, before, after):
        return "descendant"
    return "ancestor" if _is_ancestor(source, after, before) else "diverged"


def _find(source: Path, revision: str) -> str | None:
    expression = f"{revision}^{{commit}}"
    command = ("rev-parse", "--verify", "--quiet", "--end-of-options", expression)
    done = run(command, cwd=source, ok=None, env=environment(extra=LOCAL))
    return done.stdout.decode().strip() if done.status == 0 else None


def _is_ancestor(source: Path, old: str, new: str) -> bool:
    command = ("merge-base", "--is-ancestor", old, new)
    return run(command, cwd=source, ok=None, env=environment(extra=LOCAL)).status == 0


def _deepen(source: Path, how: str, new: str) -> None:
    """Fetch more commits without files. A clone whose fetches bring whole commits stays one."""
    is_partial = run(("config", "--get", FILTER), cwd=source, ok=None).status == 0
    remote = ("origin", new) if how != "--unshallow" and _find(source, new) == new else ("origin",)
    run((*UNSHALLOW, how, "--filter=tree:0", *remote), cwd=source, ok=None, timeout=TIMEOUT)
    if not is_partial:
        run(("config", "--unset", FILTER), cwd=source, ok=None)
