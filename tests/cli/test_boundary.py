"""How a command line ends: exit codes, errors on stderr, JSON on stdout."""

import json
from pathlib import Path
from typing import Annotated

import jsonschema
import pytest
import typer

from infra_tool import __main__, cli
from infra_tool.cli import app as application
from infra_tool.cli import delivery, report
from infra_tool.errors import InfraToolError, RefusedError, UsageError

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/error.json").read_text(encoding="utf-8"))


GROUP, INNER = application.new_group("Below."), application.new_group("Inside.")


def fail(how: str) -> None:
    raise {
        "failure": InfraToolError("no network", hint="plug it in"),
        "usage": UsageError("unknown key", path=".infra-tool.yaml", line=3),
        "refused": RefusedError("n8n is held"),
        "bug": ValueError("oops"),
        "system": PermissionError(13, "Permission denied", "apps/n8n"),
        "interrupt": KeyboardInterrupt(),
        "findings": typer.Exit(1),
    }[how]


def end(how: str, *, format_: report.FormatOption = report.Format.text) -> None:
    """End as told."""
    if how != "well":
        fail(how)
    report.result("end", {"format": format_})


@delivery.writing
def write(name: Annotated[str, typer.Argument()], *, target: delivery.Target) -> None:
    """Take the shared options."""
    print(name, target.kind, target.retries)


def run(*arguments: str) -> int:
    top = application.new_group("Everything.")
    application.add(GROUP, "end", end)
    application.add(INNER, "end", end)
    application.add_later(GROUP, "inner", f"{__name__}:INNER", "Inside.")
    application.add_later(top, "group", f"{__name__}:GROUP", "Below.")
    application.add_later(top, "end", f"{__name__}:end", "End as told.")
    application.add(top, "write", write)
    application.add_later(top, "broken", "infra_tool.nowhere:nothing", "Not there.")
    application.add_later(top, "broken-group", "infra_tool.nowhere:group", "Not there.")
    return application.run(top, arguments)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("well", 0),
        ("findings", 1),
        ("usage", 2),
        ("failure", 3),
        ("bug", 3),
        ("system", 3),
        ("refused", 4),
        ("interrupt", 130),
    ],
)
def test_each_way_to_end_has_its_exit_code(how: str, code: int) -> None:
    assert run("end", how) == code


@pytest.mark.parametrize(
    "arguments", [("end",), ("end", "well", "--nope"), ("nope",), (), ("end", "well", "--format", "xml")]
)
def test_wrong_usage_is_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments) == 2


def test_an_error_says_what_where_and_what_next(capsys: pytest.CaptureFixture[str]) -> None:
    run("end", "failure")
    assert capsys.readouterr() == ("", "error: no network\nhint: plug it in\n")
    run("end", "usage")
    assert capsys.readouterr().err == "error: .infra-tool.yaml:3: unknown key\n"
    run("end", "system")
    assert capsys.readouterr().err == "error: apps/n8n: Permission denied\n"


@pytest.mark.parametrize("how", ["usage", "failure", "refused", "bug"])
@pytest.mark.parametrize("option", [("--format", "json"), ("--format=json",)])
def test_an_error_is_json_where_json_was_asked_for(
    how: str, option: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    run("end", how, *option)
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    assert found["command"] == "end"
    assert found["error"]["code"] == how


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (("group", "end", "failure"), "group end"),
        (("group", "inner", "end", "failure"), "group inner end"),
        (("end", "failure"), "end"),
        (("group", "--nope"), "group"),
    ],
)
def test_an_error_names_the_command_without_its_options(
    arguments: tuple[str, ...], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(*arguments, "--format", "json")
    assert json.loads(capsys.readouterr().out)["command"] == command


def test_wrong_usage_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    run("end", "well", "--nope", "--format", "json")
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    assert found["error"]["hint"] == "see infra-tool end --help"


def test_a_bug_keeps_its_traceback_for_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    run("end", "bug")
    said = capsys.readouterr().err
    assert "ValueError: oops" in said
    assert "this is a bug in infra-tool" in said


@pytest.mark.parametrize("name", ["broken", "broken-group"])
def test_a_command_that_cannot_be_loaded_is_a_bug(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(name, "end", "--format", "json") == 3
    said = capsys.readouterr()
    assert "this is a bug in infra-tool" in said.err
    assert json.loads(said.out)["command"] == name


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ((), "worktree"),
        (("--dry-run", "--push"), "dry-run"),
        (("--check",), "check"),
        (("--commit",), "commit"),
        (("--push",), "push"),
        (("--remote", "ssh://git@host/infra.git"), "push"),
    ],
)
def test_shared_options_say_where_edits_go(
    options: tuple[str, ...], kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("write", "n8n", *options, "--retries", "7") == 0
    assert capsys.readouterr().out == f"n8n {kind} 7\n"


def test_dry_run_and_check_exclude_each_other() -> None:
    assert run("write", "n8n", "--dry-run", "--check") == 2


def test_a_command_works_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert run("end", "well", "-C", str(tmp_path)) == 0
    assert Path.cwd() == tmp_path


def test_a_directory_that_does_not_exist_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["-C", "/does/not/exist", "--help"]) == 0
    assert run("end", "well", "-C", "/does/not/exist") == 2
    assert "cannot work in /does/not/exist" in capsys.readouterr().err


def test_an_interrupt_while_the_program_is_loaded_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(name: str, *_: object) -> object:
        raise KeyboardInterrupt(name)

    monkeypatch.setattr("sys.argv", ["infra-tool", "lint"])
    monkeypatch.setattr("builtins.__import__", interrupt)
    assert __main__.main() == 130
