"""The git hooks that judge what is committed and pushed."""

from collections.abc import Iterator

from infra_tool import git
from infra_tool.doctor.line import Here, Line
from infra_tool.repo import hooks

NAME = "hook"


def check(here: Here) -> Iterator[Line]:
    """Look whether they are there."""
    if here.root is None:
        return
    if git.root(here.root) is None:
        yield Line("warn", f"{here.root} is in no git repo", f"git init {here.root}")
        return
    missing = hooks.missing(here.root)
    if missing:
        message = f"no {' and no '.join(missing)} hook of ours: what is broken can be pushed"
        yield Line("warn", message, "infra-tool hook install")
    else:
        yield Line("ok", "commits and pushes are judged")
