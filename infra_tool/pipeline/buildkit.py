"""Find BuildKit and make it build, by its program buildctl. The only user of it.

https://github.com/moby/buildkit documents the program; the keys of the metadata file are its exporter's.
"""

import json
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from infra_tool import proc
from infra_tool.errors import InfraToolError
from infra_tool.git.private import private_directory

HOST = "BUILDKIT_HOST"
SYSTEM = "/run"
SOCKETS = ("buildkit/buildkitd.sock", "buildkit/rootless")
"""Where BuildKit's own systemd units listen, below the run-time directory of the user or the system."""

TIMEOUT = 5
DIGEST = "containerimage.digest"

Tell = Callable[[str], None]


class BuildError(InfraToolError):
    """BuildKit could not build, or not push; the message is its own (exit 3)."""


def address(environ: Mapping[str, str]) -> str:
    """Return where BuildKit listens: BUILDKIT_HOST, or a socket at one of the usual places.

    Raises InfraToolError when there is none, or nobody listens there.
    """
    if named := environ.get(HOST):
        _check(named)
        return named
    below = [environ["XDG_RUNTIME_DIR"]] if environ.get("XDG_RUNTIME_DIR") else []
    places = [Path(directory, name) for directory in (*below, SYSTEM) for name in SOCKETS]
    for place in places:
        if place.is_socket():
            found = f"unix://{place}"
            _check(found)
            return found
    hint = f"start buildkitd, or set {HOST} in the environment of the runner"
    raise InfraToolError(f"BuildKit is not running: no socket {places[0]} or elsewhere", hint=hint)


def _check(address: str) -> None:
    """Raise InfraToolError when nobody listens at a socket or port; other ways to BuildKit are buildctl's to try."""
    url = urlsplit(address)
    try:
        if url.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(url.path)
        elif url.scheme == "tcp" and url.hostname and url.port:
            socket.create_connection((url.hostname, url.port), TIMEOUT).close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        hint = f"is buildkitd running, may this user use its socket, and is {HOST} right?"
        raise InfraToolError(f"BuildKit cannot be reached at {address}: {reason}", hint=hint) from None


def build(
    arguments: Sequence[str], *, at: str, environ: Mapping[str, str], docker_config: bytes | None, tell: Tell
) -> str | None:
    """Build with `arguments` and return the digest of the image.

    `docker_config` is the content of the `config.json` with the credentials, None for the user's own; it is written for
    buildctl alone and removed again. Raises BuildError in the words of buildctl.
    """
    with private_directory() as private:
        metadata = private / "metadata.json"
        env = {**environ, HOST: at}
        if docker_config is not None:
            _write(private / "config.json", docker_config)
            env["DOCKER_CONFIG"] = str(private)
        command = ("buildctl", "build", "--progress=plain", "--frontend=dockerfile.v0", *arguments)
        done = proc.follow((*command, f"--metadata-file={metadata}"), tell, env=env)
        if done.status != 0:
            raise BuildError(_reason(done))
        return _digest(metadata)


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _reason(done: proc.Completed) -> str:
    """Return the last thing that buildctl said."""
    lines = done.stdout.decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return last.removeprefix("error: ") or f"buildctl failed with status {done.status}"


def _digest(metadata: Path) -> str | None:
    try:
        found = json.loads(metadata.read_bytes()).get(DIGEST)
    except (OSError, ValueError, AttributeError):
        return None
    return found if isinstance(found, str) else None
