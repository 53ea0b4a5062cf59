"""Have git show and merge encrypted files by their content.

All of it is in the local clone: what runs a program is nothing that a repo may bring along.
"""

import os
import shlex
import sys
from pathlib import Path
from typing import Literal, NamedTuple

from infra_tool import git
from infra_tool.edits import Edits, apply
from infra_tool.errors import InfraToolError

DRIVER = "infra-tool-secret"
PATTERNS = ("*.enc.yaml", "*.enc.yml", "*.sops.yaml", "*.sops.yml")
BEGIN, END = "# begin: infra-tool secret git-setup", "# end: infra-tool secret git-setup"
TEXTCONV = 'f() {{ {program} secret textconv "$1" 2>/dev/null || cat "$1"; }}; f'
MERGE = "{program} secret merge-file %O %A %B %P"


class Done(NamedTuple):
    """What became of one setting."""

    name: str
    action: Literal["set", "unchanged"]


def install(root: Path) -> tuple[Done, ...]:
    """Set up the drivers for the repo around `root`; the same call again changes nothing.

    Raises InfraToolError outside of a git repo.
    """
    top = git.root(root)
    if top is None:
        raise InfraToolError(f"{root} is in no git repo", hint=f"git init {root}")
    program = f"{shlex.quote(sys.executable)} -P -m infra_tool"
    wanted = {
        f"diff.{DRIVER}.textconv": TEXTCONV.format(program=program),
        # git would keep the plain text in its notes.
        f"diff.{DRIVER}.cachetextconv": "false",
        f"merge.{DRIVER}.name": "encrypted files, merged value by value",
        f"merge.{DRIVER}.driver": MERGE.format(program=program),
    }
    done = [_configured(top, key, value) for key, value in wanted.items()]
    return (*done, _attributes(top))


def _configured(top: Path, key: str, value: str) -> Done:
    held = git.run(("config", "--local", "--get", key), cwd=top, ok=(0, 1)).stdout.decode()
    if held == f"{value}\n":
        return Done(key, "unchanged")
    git.run(("config", "--local", "--replace-all", key, value), cwd=top)
    return Done(key, "set")


def _attributes(top: Path) -> Done:
    """Name the files, in git's own attributes: those of the repo would fail where no driver is set up."""
    told = git.run(("rev-parse", "--git-path", "info/attributes"), cwd=top).stdout
    place = top / os.fsdecode(told).removesuffix("\n")
    held = place.read_text(encoding="utf-8") if place.is_file() else ""
    lines = "\n".join([BEGIN, *(f"{pattern} diff={DRIVER} merge={DRIVER}" for pattern in PATTERNS), END, ""])
    start, end = held.find(BEGIN), held.find(END)
    kept = held[:start] + held[end + len(END) + 1 :] if 0 <= start < end else held
    new = kept + ("" if kept.endswith("\n") or not kept else "\n") + lines
    if new == held:
        return Done(str(place), "unchanged")
    place.parent.mkdir(parents=True, exist_ok=True)
    apply(place.parent, Edits().write(place.name, new.encode()))
    return Done(str(place), "set")
