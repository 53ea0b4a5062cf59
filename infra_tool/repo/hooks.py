"""Plain git hooks that judge a commit before it is made and a branch before it is pushed."""

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

import infra_tool
from infra_tool import git
from infra_tool.errors import InfraToolError
from infra_tool.repo.config import PATH

MARK = "# Made by `infra-tool hook install`"
CHAINED = ".chained"
LEGACY = ".legacy"
"""Where the program pre-commit keeps, and calls, a hook that it found."""

HEAD = """\
#!/bin/sh
{mark}, which replaces it; what stood here before is kept, and called, as {name}{suffix}.
chained=${{0%/*}}/{name}{suffix}

infra_tool() {{
  if command -v infra-tool >/dev/null 2>&1; then
    infra-tool "$@"
  elif [ -x {python} ] && [ -f {package} ]; then
    {python} -P -m infra_tool "$@"
  else
    echo "error: infra-tool is gone: it is not on PATH, and not where it was when this hook was made" >&2
    echo "hint: install it again, or remove the hook $0" >&2
    return 3
  fi
}}
"""

PRE_COMMIT = """
if [ -x "$chained" ]; then "$chained" "$@" || exit; fi
{guard}infra_tool lint --staged{place}
"""

PRE_PUSH = """
refs=$(cat)
if [ -x "$chained" ]; then printf '%s' "${{refs:+$refs
}}" | "$chained" "$@" || exit; fi
{guard}tips=$(printf '%s\\n' "$refs" | while read -r source tip target rest; do
  case $target in refs/heads/*) case $tip in *[!0]*) echo "$tip" ;; esac ;; esac
done | sort -u)
for tip in $tips; do
  infra_tool lint --rev "$tip"{place} || exit
done
"""

GUARD = """\
# This directory serves other repos too.
if [ ! -f {config} ]; then exit 0; fi
"""

HOOKS = {"pre-commit": PRE_COMMIT, "pre-push": PRE_PUSH}


class Hook(NamedTuple):
    """What became of one hook; `chained` is the file that a hook which was there already was moved to."""

    name: str
    path: Path
    action: Literal["installed", "updated", "unchanged"]
    chained: Path | None


def install(root: Path) -> tuple[Hook, ...]:
    """Make git judge the infra repo at `root` before a commit and before a push; the same call again changes nothing.

    The hooks go where git looks for them: `core.hooksPath`, and the common directory of linked work trees. A hook that
    is there already is kept and called first. Raises InfraToolError where hooks cannot be written, before any is.
    """
    top = git.root(root)
    if top is None:
        raise InfraToolError(f"{root} is in no git repo", hint=f"git init {root}")
    directory = _asked(top, "--git-path", "hooks")
    homes = (top.resolve(), _asked(top, "--git-common-dir").resolve())
    prefix = root.resolve().relative_to(top.resolve()).as_posix()
    is_own = any(directory.resolve().is_relative_to(home) for home in homes)
    wanted = {name: _script(name, "" if prefix == "." else prefix, is_own=is_own) for name in HOOKS}
    for name in wanted:
        _check(directory, name)
    return tuple(_write(directory, name, script) for name, script in wanted.items())


def missing(root: Path) -> tuple[str, ...]:
    """Return the names of the hooks that git does not call ours for; raises InfraToolError outside of a git repo."""
    directory = _asked(root, "--git-path", "hooks")
    return tuple(name for name in HOOKS if not any(_is_ours(directory / f"{name}{end}") for end in ("", LEGACY)))


def _asked(top: Path, *question: str) -> Path:
    """Return the path that `git rev-parse` answers with."""
    answer = git.run(("rev-parse", *question), cwd=top).stdout
    return (top / os.fsdecode(answer).removesuffix("\n")).absolute()


def _script(name: str, prefix: str, *, is_own: bool) -> str:
    config = shlex.quote(f"{prefix}/{PATH}" if prefix else PATH)
    parts = {
        "mark": MARK,
        "name": name,
        "suffix": CHAINED,
        "python": shlex.quote(sys.executable),
        "package": shlex.quote(str(Path(infra_tool.__file__).with_name("__main__.py"))),
        "place": f" -C {shlex.quote(prefix)}" if prefix else "",
        "guard": "" if is_own else GUARD.format(config=config),
    }
    return (HEAD + HOOKS[name]).format(**parts)


def _is_ours(path: Path) -> bool:
    try:
        return MARK.encode() in path.read_bytes()
    except OSError:
        return False


def _exists(path: Path) -> bool:
    return os.path.lexists(path)


def _check(directory: Path, name: str) -> None:
    """Raise InfraToolError when there is a foreign hook, and one that an earlier installation moved away."""
    hook, chained = directory / name, directory / f"{name}{CHAINED}"
    if _exists(hook) and not _is_ours(hook) and not _is_ours(directory / f"{name}{LEGACY}") and _exists(chained):
        raise InfraToolError(
            f"{hook} is not ours, and {chained.name} from an earlier installation is there too",
            hint=f"remove one of the two; the one that stays is called by ours when it is {chained}",
        )


def _write(directory: Path, name: str, script: str) -> Hook:
    hook, chained = directory / name, directory / f"{name}{CHAINED}"
    kept = chained if _exists(chained) else None
    if not _is_ours(hook) and _is_ours(directory / f"{name}{LEGACY}"):
        hook = directory / f"{name}{LEGACY}"
    is_ours = _is_ours(hook)
    if is_ours and hook.read_text(encoding="utf-8", errors="replace") == script and os.access(hook, os.X_OK):
        return Hook(name, hook, "unchanged", kept)
    temporary = directory / f".{name}.{os.getpid()}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        temporary.write_text(script, encoding="utf-8")
        temporary.chmod(0o755)
        if _exists(hook) and not is_ours:
            hook.rename(chained)
            kept = chained
        temporary.replace(hook)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise InfraToolError(
            f"the hook {hook} cannot be written: {error.strerror}", hint="git config core.hooksPath says where hooks go"
        ) from error
    return Hook(name, hook, "updated" if is_ours else "installed", kept)
