"""Running programs."""

import os
import sys
import time
from pathlib import Path

import pytest

from infra_tool import proc
from infra_tool.errors import ToolMissingError
from infra_tool.proc import Completed, ProgramError

PYTHON = sys.executable


def python(code: str, *arguments: str) -> tuple[str, ...]:
    return (PYTHON, "-c", code, *arguments)


def test_input_output_and_status() -> None:
    code = (
        "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read() * 2); print('words', file=sys.stderr); sys.exit(3)"
    )
    assert proc.run(python(code), stdin=b"\xff\n", ok=(0, 3)) == Completed(3, b"\xff\n\xff\n", b"words\n")
    assert proc.run(python(code), ok=None).status == 3


def test_more_than_a_pipe_holds() -> None:
    data = b"x" * 1_000_000
    assert proc.run(("cat",), stdin=data).stdout == data
    assert proc.run(("true",), stdin=data).status == 0, "a program that does not read its input is fine"


def test_no_shell_sees_the_arguments(tmp_path: Path) -> None:
    code = "import sys; print(sys.argv[1:])"
    assert proc.run(python(code, "a b", "$HOME", ";id")).stdout == b"['a b', '$HOME', ';id']\n"
    assert proc.run(("pwd",), cwd=tmp_path).stdout.decode().strip() == str(tmp_path)


def test_the_environment_is_the_one_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERE", "1")
    code = "import os; print(os.environ.get('HERE'), os.environ.get('GIVEN'))"
    assert proc.run(python(code)).stdout == b"1 None\n"
    assert proc.run(python(code), env={"GIVEN": "2", "PATH": os.environ["PATH"]}).stdout == b"None 2\n"


@pytest.mark.parametrize(
    ("program", "hint"),
    [("sops", "sops@v3.13.2"), ("kustomize", "kustomize"), ("git", "git 2.34"), ("no-such-program", None)],
)
def test_a_missing_tool_says_how_to_get_it(program: str, hint: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ToolMissingError, match=f"^{program} is not installed$") as caught:
        proc.run((program, "--version"))
    assert caught.value.exit_code == 3
    assert (hint in caught.value.hint) if hint and caught.value.hint else caught.value.hint is hint


def test_a_failure_is_told_in_the_words_of_the_program() -> None:
    with pytest.raises(ProgramError) as caught:
        proc.run(python("import sys; sys.stderr.buffer.write(b' why \\xff\\n'); sys.exit(7)"))
    assert caught.value.status == 7
    assert str(caught.value) == f"{Path(PYTHON).name} failed with status 7: why \ufffd"


@pytest.mark.parametrize("how", ["status", "timeout"])
def test_nothing_secret_reaches_the_error(how: str) -> None:
    code = "import sys, time; print('hunter2', file=sys.stderr, flush=True); print('hunter2', flush=True); "
    code += "sys.exit(1)" if how == "status" else "time.sleep(60)"
    with pytest.raises(ProgramError) as caught:
        proc.run((PYTHON, "-", "hunter2"), stdin=code.encode(), secret=True, timeout=60 if how == "status" else 1)
    found: BaseException | None = caught.value
    assert found.__context__ is None or found.__suppress_context__
    assert "hunter2" not in f"{caught.value} {caught.value!r} {caught.value.hint}"


def test_after_the_timeout_the_program_and_its_children_are_gone(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    with pytest.raises(ProgramError, match="sh took longer than 1 s") as caught:
        proc.run(("sh", "-c", f"sleep 1000 & echo $! > {mark}; wait"), timeout=1)
    assert caught.value.status == -1
    child = int(mark.read_text())
    for _ in range(200):
        if not is_running(child):
            return
        time.sleep(0.01)
    raise AssertionError("the child still runs")


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_each_line_is_told_when_it_is_written(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        heard.touch()

    wait = "echo one; while [ ! -e heard ]; do sleep 0.01; done; echo two >&2; exit 4"
    assert proc.follow(("sh", "-c", wait), tell, cwd=tmp_path, timeout=30) == Completed(4, b"one\ntwo\n", b"")
    assert told == ["one", "two"]


def test_who_is_followed_for_too_long_is_gone(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match="sh took longer than 1 s"):
        proc.follow(("sh", "-c", "echo $$ > pid; sleep 1000 & wait"), print, cwd=tmp_path, timeout=1)
    assert not is_running(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("/usr/bin/git", "-c", "a=b", "push", "url"), "git push"),
        (("git", "--literal-pathspecs", "log", "x"), "git log"),
        (("sh", "-c", "echo private"), "sh"),
        (("git", "-c"), "git"),
        (("age", "-r", "age1qqq"), "age"),
        (("git", "push", "https://u:p@h"), "git push"),
        (("sops", "--decrypt", "/x"), "sops"),
        (("sops",), "sops"),
    ],
)
def test_a_command_is_described_without_its_arguments(command: tuple[str, ...], expected: str) -> None:
    assert proc.describe(command) == expected


def test_a_dialogue() -> None:
    with proc.pipe(("cat",)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for word in (b"one\n", b"two\n"):
            process.stdin.write(word)
            process.stdin.flush()
            assert process.stdout.readline() == word
    assert process.returncode is not None


def test_a_dialogue_ends_with_its_block() -> None:
    with pytest.raises(ZeroDivisionError), proc.pipe(("sleep", "1000")) as process:
        raise ZeroDivisionError
    assert process.returncode == -15
