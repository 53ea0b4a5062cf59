"""Five CD jobs of one service that finish at once, each on a machine of its own, and one that comes late."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from infra_tool.demo.shell import Shell, expect

BUILDS = 5

# The first push waits on the server for a second one, which was planned on the same tip: so the race is seen each time.
MEET = """#!/bin/sh
: > "racing.$$"
tries=0
while [ "$(ls racing.* | wc -l)" -lt 2 ] && [ "$tries" -lt 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
"""


def race(shell: Shell) -> None:
    """Deploy five commits of supervisor at once; the newest must be what runs in the end."""
    commits = _builds(shell)
    hook = shell.remote / "hooks" / "pre-receive"
    hook.write_text(MEET, encoding="utf-8")
    hook.chmod(0o755)
    shell.tell(
        f"$ infra-tool bump supervisor SHA --remote file://{shell.remote} --source-dir ../supervisor   # five at once"
    )
    with ThreadPoolExecutor(BUILDS) as pool:
        results = list(pool.map(lambda sha: _bump(shell, sha), commits))
    hook.unlink()
    for sha, result in zip(commits, results, strict=True):
        shell.tell(f"{sha[:12]} {_action(result)}, {result['attempts']} attempt(s)")
    expect(any(_attempts(result) > 1 for result in results), "at least one job had to plan again")
    shell.run("git", "pull", "--quiet")
    expect(commits[-1] in _deployment(shell), "the newest build is what runs in the end")
    merges = shell.run("git", "log", "--merges", "--oneline", show=False)
    expect(not merges, "the history is linear")
    shell.run("git", "log", "--oneline", "-5")


def older_build(shell: Shell) -> None:
    """Run the job of the oldest build again: it is superseded and changes nothing."""
    oldest = shell.run("git", "rev-list", "--max-parents=0", "HEAD", cwd=shell.app, show=False).strip()
    before = shell.run("git", "rev-parse", "HEAD", cwd=shell.remote, show=False)
    shell.run(
        "infra-tool", "bump", "supervisor", oldest, "--remote", f"file://{shell.remote}", "--source-dir", str(shell.app)
    )
    expect(_action(_bump(shell, oldest)) == "superseded", "the older build is superseded")
    expect(shell.run("git", "rev-parse", "HEAD", cwd=shell.remote, show=False) == before, "nothing was pushed")


def _builds(shell: Shell) -> list[str]:
    """Make the app repo with one commit a build, oldest first."""
    shell.app.mkdir()
    shell.run("git", "init", "--quiet", cwd=shell.app, show=False)
    for number in range(BUILDS):
        shell.run(
            "git", "commit", "--quiet", "--allow-empty", "--message", f"build {number}", cwd=shell.app, show=False
        )
    return shell.run("git", "rev-list", "--reverse", "HEAD", cwd=shell.app, show=False).split()


def _bump(shell: Shell, sha: str) -> Mapping[str, object]:
    remote = f"file://{shell.remote}"
    return shell.result("bump", "supervisor", sha, "--remote", remote, "--source-dir", str(shell.app), machine=sha)


def _attempts(result: Mapping[str, object]) -> int:
    attempts = result["attempts"]
    return attempts if isinstance(attempts, int) else 0


def _action(result: Mapping[str, object]) -> object:
    services = result["services"]
    return services[0]["action"] if isinstance(services, list) else None


def _deployment(shell: Shell) -> str:
    return (shell.infra / "apps/supervisor/deployment.yaml").read_text(encoding="utf-8")
