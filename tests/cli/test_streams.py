"""What a command does when nobody can hear it: never the exit code of findings, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = (sys.executable, "-m", "infra_tool")
COMMANDS = [
    ("--version",),
    ("--help",),
    ("lint",),
    ("lint", "--format", "json"),
    ("lint", "--staged"),
    ("lint", "--list-rules"),
    ("bump", "n8n", "2", "--format", "json"),
]


@pytest.fixture
def infra(git_repo: Path) -> Path:
    (git_repo / ".infra-tool.yaml").write_text("version: 1\n")
    return git_repo


def gone() -> int:
    """Return a pipe that nobody reads from."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def run(command: tuple[str, ...], cwd: Path, **streams: int) -> subprocess.CompletedProcess[str]:
    caught = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run((*PROGRAM, *command), cwd=cwd, text=True, check=False, **caught)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_went_away_is_told_nothing(infra: Path, command: tuple[str, ...]) -> None:
    done = run(command, infra, stdout=gone())
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_disk_is_no_bug_and_no_finding(infra: Path, command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(command, infra, stdout=full.fileno())
    assert done.returncode == 3
    assert "No space left on device\n" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nobody_reads_what_went_wrong(infra: Path, command: tuple[str, ...]) -> None:
    assert run(command, infra, stderr=gone()).returncode in {0, 3}


@pytest.mark.parametrize("stream", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_closed_stream_changes_nothing_else(infra: Path, stream: str) -> None:
    done = run(("lint", "--staged"), infra)
    command = f'exec "$0" -m infra_tool lint --staged {stream}'
    closed = subprocess.run(
        ("sh", "-c", command, sys.executable), cwd=infra, text=True, check=False, capture_output=True
    )
    assert closed.returncode == done.returncode
    assert (closed.stdout, closed.stderr) == (
        "" if "1" in stream else done.stdout,
        "" if "2" in stream else done.stderr,
    )
