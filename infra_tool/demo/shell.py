"""A person at a keyboard with a home of their own: runs commands, keeps what they said."""

import json
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra_tool import proc
from infra_tool.errors import InfraToolError

REGISTRY = "registry.example.test"
OWNER = "demo"


@dataclass
class Shell:
    """Runs commands below `place` and collects a transcript of them."""

    place: Path
    transcript: list[str] = field(default_factory=list)

    @property
    def infra(self) -> Path:
        """The infra repo."""
        return self.place / "infra"

    @property
    def remote(self) -> Path:
        """The bare repo that stands for the git server."""
        return self.place / "server" / "infra.git"

    @property
    def app(self) -> Path:
        """The app repo of the service supervisor."""
        return self.place / "supervisor"

    def environment(self, machine: str = "") -> dict[str, str]:
        """Return an environment in which nothing of the person's own is read or written.

        Machines share no cache, such as the clone in which the pushes of one machine queue.
        """
        home = self.place / "home"
        kept = {name: value for name, value in os.environ.items() if name in {"LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT"}}
        return kept | {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache" / machine),
            "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "NO_COLOR": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        }

    def run(
        self, *command: str, cwd: Path | None = None, stdin: bytes = b"", ok: tuple[int, ...] = (0,), show: bool = True
    ) -> str:
        """Run one command and return its stdout; the transcript gets all it said when that is to be shown.

        Raises InfraToolError when it ends with another exit code than one of `ok`.
        """
        real = [_installed(), *command[1:]] if command[0] == "infra-tool" else list(command)
        done = proc.run(real, cwd=cwd or self.infra, env=self.environment(), stdin=stdin, ok=tuple(range(-64, 256)))
        said = done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")
        if show:
            self.transcript += [f"$ {shlex.join(command)}", *said.splitlines()]
        if done.status not in ok:
            expected = " or ".join(map(str, ok))
            raise InfraToolError(
                f"the demo expected exit {expected} of `{shlex.join(command)}`, got {done.status}: {said.strip()}"
            )
        return done.stdout.decode(errors="replace")

    def result(self, *command: str, machine: str = "") -> Mapping[str, object]:
        """Run an infra-tool command with `--format json` and return its result."""
        real = [_installed(), *command, "--format", "json"]
        done = proc.run(real, cwd=self.infra, env=self.environment(machine))
        found = json.loads(done.stdout)["result"]
        if not isinstance(found, dict):
            raise InfraToolError(f"the demo expected an object of infra-tool {command[0]}")
        return found

    def tell(self, line: str) -> None:
        """Add a sentence to the transcript."""
        self.transcript.append(line)


def _installed() -> str:
    """Return the command as installed beside this interpreter."""
    script = Path(sys.executable).parent / "infra-tool"
    if not script.exists():
        raise InfraToolError(f"{script} does not exist", hint="install infra-tool into this environment: pip install .")
    return str(script)


def expect(holds: bool, what: str) -> None:  # noqa: FBT001 -- reads as a sentence: expect(tag == newest, "...")
    """Raise InfraToolError unless the result of a step is what it should be."""
    if not holds:
        raise InfraToolError(f"the demo expected that {what}")
