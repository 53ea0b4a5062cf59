"""BuildKit: where it listens, found and not written down."""

from collections.abc import Iterator
from shutil import which

from infra_tool.doctor.line import Here, Line
from infra_tool.errors import InfraToolError
from infra_tool.pipeline import buildkit

NAME = "buildkit"


def check(here: Here) -> Iterator[Line]:
    """Look for its socket; on a machine without buildctl it need not be there."""
    try:
        yield Line("ok", f"BuildKit listens at {buildkit.address(here.environ)}")
    except InfraToolError as error:
        if which("buildctl") or here.environ.get(buildkit.HOST):
            yield Line("fail", error.message, "systemctl --user start buildkit (docs/systemd/buildkit.service)")
        else:
            yield Line("unchecked", "no BuildKit on this machine: only a runner that builds images needs it")
