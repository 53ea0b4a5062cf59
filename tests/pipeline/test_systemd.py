"""The unit of BuildKit is one that systemd takes, and listens where it is looked for."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from infra_tool.pipeline import buildkit

UNIT = Path(__file__).parents[2] / "docs/systemd/buildkit.service"


def verify(text: str, place: Path) -> str:
    """Return what systemd says about a unit of a user."""
    unit = place / UNIT.name
    unit.write_text(text, encoding="utf-8")
    command = ("systemd-analyze", "--user", "--man=no", "verify", str(unit))
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    told = [line for line in done.stderr.splitlines() if UNIT.name in line]
    return "\n".join(told) if told or done.returncode == 0 else done.stderr


def test_systemd_takes_the_unit(tmp_path: Path, unavailable: Callable[[str], NoReturn]) -> None:
    if shutil.which("systemd-analyze") is None:
        unavailable("no systemd-analyze on this machine")
    text = UNIT.read_text(encoding="utf-8")
    assert verify(text, tmp_path) == ""
    assert "KillMod" in verify(text.replace("KillMode", "KillMod"), tmp_path)


def test_it_listens_where_infra_tool_looks() -> None:
    (place,) = re.findall(r"--addr unix://%t/(\S+)", UNIT.read_text(encoding="utf-8"))
    assert place in buildkit.SOCKETS
