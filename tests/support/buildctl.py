"""Stands in for buildctl: builds nothing, pushes a manifest with the credential it finds, notes how it was called.

As a program it is `buildctl`; tests call `installed`, which makes that program and a socket that somebody listens on.
"""

import json
import os
import socket
import stat
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOG = "BUILDCTL_LOG"


@dataclass(frozen=True)
class Buildctl:
    """The stub on PATH: where it is, what BuildKit's address is, and the file that each call adds a line to."""

    directory: Path
    address: str
    log: Path

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@contextmanager
def installed(place: Path) -> Iterator[Buildctl]:
    """Make the program in `place`, and listen where BuildKit would."""
    place.mkdir(parents=True)
    program = place / "buildctl"
    program.write_text(f"#!{sys.executable}\n{Path(__file__).read_text(encoding='utf-8')}\nmain()\n", encoding="utf-8")
    program.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as daemon:
        daemon.bind(str(place / "buildkitd.sock"))
        daemon.listen()
        yield Buildctl(place, f"unix://{place}/buildkitd.sock", place / "log")


def option(name: str) -> list[str]:
    return [word.removeprefix(f"--{name}=") for word in sys.argv if word.startswith(f"--{name}=")]


def note(config: Path) -> None:
    """Write down how the program was called, and what it found."""
    found = {
        "argv": sys.argv[1:],
        "host": os.environ.get("BUILDKIT_HOST"),
        "environment": sorted(os.environ),
        "config": str(config),
        "modes": [stat.S_IMODE(path.stat().st_mode) for path in (config.parent, config) if path.exists()],
    }
    with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
        log.write(f"{json.dumps(found)}\n")


def push(name: str, manifest: bytes, config: Path) -> str:
    """Push to the registry on loopback and return the digest; ends the program as buildctl does when refused."""
    import hashlib  # noqa: PLC0415 -- a program of its own

    host, _, rest = name.partition("/")
    repository, _, tag = rest.rpartition(":")
    auths = json.loads(config.read_text())["auths"] if config.exists() else {}
    auth = auths.get(host, {}).get("auth")
    request = urllib.request.Request(f"http://{host}/v2/{repository}/manifests/{tag}", manifest, method="PUT")
    if auth:
        request.add_header("Authorization", f"Basic {auth}")
    try:
        urllib.request.urlopen(request).close()  # noqa: S310 -- loopback
    except urllib.error.HTTPError as error:
        print(f"error: failed to solve: failed to push {name}: unexpected status: {error.code}", file=sys.stderr)
        sys.exit(1)
    return f"sha256:{hashlib.sha256(manifest).hexdigest()}"


def main() -> None:
    config = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json"
    note(config)
    print("#1 [internal] load build definition from Dockerfile", file=sys.stderr, flush=True)
    context = next(Path(local.removeprefix("context=")) for local in option("local") if local.startswith("context="))
    if (context / "hang").exists():
        time.sleep(60)
    if "RUN false" in (context / "Dockerfile").read_text():
        print('error: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1')
        sys.exit(1)
    output = dict(part.split("=", 1) for part in option("output")[0].split(","))
    manifest = json.dumps({"schemaVersion": 2, "annotations": {"name": output["name"]}}).encode()
    digest = push(output["name"], manifest, config) if output["push"] == "true" else f"sha256:{'0' * 64}"
    Path(option("metadata-file")[0]).write_text(json.dumps({"containerimage.digest": digest}))
