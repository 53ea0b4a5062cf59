"""A real BuildKit, with runc as its worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rig import programs
from rig.process import Process, wait

STARTS = 120.0
"""Seconds until it answers; it takes about one where nothing else runs."""

CONFIG = """\
[registry."{host}"]
  http = true
[worker.oci]
  gc = true
  maxUsedSpace = "5GB"
"""


class Buildkit(NamedTuple):
    """The daemon: where it listens, and its process."""

    address: str
    process: Process


@contextmanager
def serving(place: Path, registry: str) -> Iterator[Buildkit]:
    """Run a daemon with nothing built under `place`, which reaches `registry` by plain HTTP."""
    place.mkdir(mode=0o700)
    (place / "buildkitd.toml").write_text(CONFIG.format(host=registry), encoding="utf-8")
    socket = place / "buildkitd.sock"
    command = (
        "buildkitd",
        f"--addr=unix://{socket}",
        f"--root={place / 'root'}",
        f"--config={place / 'buildkitd.toml'}",
        "--oci-worker-net=host",
        "--containerd-worker=false",
    )
    with Process(programs.BIN, command, place / "buildkitd.log") as process:
        # The socket is made when there is a worker.
        wait(socket.is_socket, "BuildKit", process, seconds=STARTS)
        yield Buildkit(f"unix://{socket}", process)
