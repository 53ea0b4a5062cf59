"""A program of the rig ends with whoever started it, and a wait for it tells what it said."""

import subprocess
import sys
from pathlib import Path

import pytest
from rig import process
from rig.process import Process, ports, wait

SUPPORT = Path(process.__file__).parent.parent
NO_PROGRAMS = Path("/nowhere")


def is_there(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not asked about yet does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def test_it_ends_with_the_block_and_what_it_started_too(tmp_path: Path) -> None:
    log = tmp_path / "shell.log"
    with Process(NO_PROGRAMS, ("bash", "-c", "sleep 600 & echo $!; wait"), log) as shell:
        child = int(wait(lambda: log.read_text(encoding="utf-8").strip(), "the shell", shell, seconds=30))
        pid = int(log.with_suffix(".pid").read_text(encoding="utf-8"))
        assert is_there(pid)
        assert is_there(child)
    wait(lambda: not (is_there(pid) or is_there(child)), "the end", seconds=30)
    assert not log.with_suffix(".pid").exists()


def test_it_ends_when_the_tests_are_killed(tmp_path: Path) -> None:
    log = tmp_path / "sleep.log"
    script = (
        "import sys; from pathlib import Path; from rig.process import Process\n"
        f"with Process(Path('/nowhere'), ('sleep', '600'), Path('{log}')): print('up', flush=True); sys.stdin.read()\n"
    )
    command = (sys.executable, "-c", script)
    with subprocess.Popen(
        command, env={"PYTHONPATH": str(SUPPORT), "PATH": "/usr/bin:/bin"}, stdin=-1, stdout=-1
    ) as tests:
        assert tests.stdout is not None
        assert tests.stdout.readline() == b"up\n"
        pid = int(log.with_suffix(".pid").read_text(encoding="utf-8"))
        name = Path(f"/proc/{pid}/comm")
        wait(lambda: name.read_text(encoding="utf-8") == "sleep\n", "the program", seconds=30)
        tests.kill()
    wait(lambda: not is_there(pid), "the end", seconds=30)


def test_a_wait_that_fails_tells_the_last_words(tmp_path: Path) -> None:
    with (
        Process(NO_PROGRAMS, ("sh", "-c", "echo no port is free; exit 3"), tmp_path / "a.log") as program,
        pytest.raises(AssertionError, match=r"(?s)the server: sh ended.*no port is free"),
    ):
        wait(lambda: False, "the server", program, seconds=30)
    with pytest.raises(AssertionError, match="not within 0 s"):
        wait(lambda: False, "the server", seconds=0)


def test_ports_are_free_and_differ() -> None:
    found = ports(20)
    assert len({*found}) == 20


def test_a_program_gets_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "of whoever runs the tests")
    with Process(NO_PROGRAMS, ("env",), tmp_path / "env.log", environ={"HOST": "koala"}) as program:
        assert program.status(30) == 0
    said = dict(line.split("=", 1) for line in (tmp_path / "env.log").read_text(encoding="utf-8").splitlines())
    assert said.keys() == {"PATH", "HOME", "HOST"}
