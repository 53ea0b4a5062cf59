"""`infra-tool hook`: plain git hooks that judge a commit before it is made and a branch before it is pushed."""

from typing import TYPE_CHECKING

from infra_tool.cli import report, scaffolding
from infra_tool.cli.app import add, new_group

if TYPE_CHECKING:
    from infra_tool.repo.hooks import Hook


def install(*, format_: report.FormatOption = report.Format.text) -> None:
    """Make git run lint before each commit and each push; a hook that is there already is kept and called first."""
    from infra_tool.repo import hooks

    done = hooks.install(scaffolding.infra_root())
    if format_ is report.Format.json:
        report.result("hook install", {"hooks": [_object(hook) for hook in done]})
        return
    for hook in done:
        report.say(_line(hook))


def _object(hook: "Hook") -> report.Json:
    chained = str(hook.chained) if hook.chained else None
    return {"name": hook.name, "path": str(hook.path), "action": hook.action, "chained": chained}


def _line(hook: "Hook") -> str:
    words = {"unchanged": "is there already: nothing to do"}.get(hook.action, hook.action)
    calls = f", calls {hook.chained.name} first" if hook.chained else ""
    return f"{hook.path} {words}{calls}"


group = new_group("Plain git hooks that judge commits and pushes.")
add(group, "install", install)
