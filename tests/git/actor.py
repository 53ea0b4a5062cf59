"""A process that carries one delivery out, and can be killed before any step it makes on the outside world.

Run as `actor.py TASK N`. TASK is JSON: `replace` (path, old text, new text), `write` (path to text) and the fields of a
Delivery. The steps are wrapped here, at the boundary of the process; nothing in the product knows of it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from infra_tool import git
from infra_tool.edits import Edits, Plan, Snapshot
from infra_tool.errors import InfraToolError
from infra_tool.splice import Span, Splice

STEPS = ("replace", "unlink", "mkdir", "rmdir", "symlink", "fsync")


def change(task: dict[str, object]) -> Callable[[Snapshot], Plan[str]]:
    def plan(snapshot: Snapshot) -> Plan[str]:
        edits = Edits()
        for path, text in task.get("write", {}).items():
            edits = edits.write(path, text.encode())
        for path, old, new in task.get("replace", []):
            data = snapshot.tree.read_many([path])[path]
            start = data.find(old.encode())
            if start >= 0:
                span = Span(start, start + len(old.encode()))
                edits = edits.splice(snapshot.tree, path, [Splice(span, new.encode())])
        return Plan(edits, task.get("subject", "change"), "done")

    return plan


def deadly(name: str, call: Callable[..., object], countdown: list[int]) -> Callable[..., object]:
    def step(*arguments: object, **named: object) -> object:
        countdown[0] -= 1
        if countdown[0] == 0:
            words = arguments[0][1:3] if name == "Popen" else ()
            print("killed before", name, *words, file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)

    return step


def make_deadly(fault: int) -> None:
    countdown = [fault]
    for name in STEPS:
        setattr(os, name, deadly(name, getattr(os, name), countdown))
    subprocess.Popen = deadly("Popen", subprocess.Popen, countdown)


def main() -> int:
    task, fault = json.loads(sys.argv[1]), int(sys.argv[2])
    fields = {key: task[key] for key in ("kind", "remote", "branch", "retries", "deadline", "author") if key in task}
    delivery = git.Delivery(**fields, root=Path(task["root"]) if "root" in task else None)
    make_deadly(fault)
    try:
        outcome = git.deliver(change(task), delivery)
    except InfraToolError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(json.dumps({"commit": outcome.commit, "attempts": outcome.attempts, "hint": outcome.hint}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
