"""`infra-tool lint`: the gate."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import report, scaffolding
from infra_tool.cli.later import later
from infra_tool.errors import EXIT_FAILURE, InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.lint.rule import Rule


class FailOn(StrEnum):
    """From which severity on findings make the exit code 1."""

    error = "error"
    warning = "warning"


@later(
    *("--fix", "--unsafe-fixes", "--diff", "--changed", "--verify-mac", "--write-baseline"),
    "--baseline=",
)
def lint(  # noqa: PLR0913 -- one parameter an option
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Tell only what is wrong there; all is judged.")
    ] = None,
    *,
    staged: Annotated[bool, typer.Option("--staged", help="Judge the index: what would be committed.")] = False,
    rev: Annotated[str | None, typer.Option("--rev", metavar="REV", help="Judge a commit.")] = None,
    select: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Only these rules: code, its beginning, or name.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Not these rules.")] = None,
    explain: Annotated[str | None, typer.Option(metavar="RULE", help="Print what a rule is about.")] = None,
    list_rules: Annotated[bool, typer.Option("--list-rules", help="Print all rules.")] = False,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="concise|full|json|sarif|github|junit", help="full on a terminal, else concise."
        ),
    ] = None,
    output_file: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT:PATH", help="Also write it in a format to a file; may be given again."),
    ] = None,
    fail_on: Annotated[FailOn, typer.Option(help="From which severity on the exit code is 1.")] = FailOn.error,
    kubernetes_version: Annotated[
        list[str] | None, typer.Option(metavar="VERSION", help="Judge for this version; may be given again.")
    ] = None,
) -> None:
    """Say what is wrong with the infra repo, before the cluster does."""
    from infra_tool import replay
    from infra_tool.lint import question

    shown = _format(format_)
    outputs = [_output(each) for each in output_file or ()]
    if explain is not None or list_rules:
        _tell(_explained(explain) if explain is not None else None, shown)
        return
    if staged and rev is not None:
        raise UsageError("--staged and --rev exclude each other")
    for word in (*(select or ()), *(ignore or ())):
        _explained(word)
    root = scaffolding.infra_root()
    asked = question.Question(
        root=root,
        staged=staged,
        rev=rev,
        paths=tuple(question.below(root, paths or (), Path.cwd())),
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        kubernetes=tuple(_minor(version) for version in kubernetes_version or ()),
        format=shown,
        colour=_is_coloured(),
        fail_on=fail_on.value,
    )
    tree = question.tree(asked)
    told, found = question.ask(asked, tree)
    answer = question.answered(told, asked, lambda: tree)
    if asked.is_plain and answer.code != EXIT_FAILURE:
        place = replay.at(str(Path.cwd()), format_, asked.fail_on)
        if place and place.root == str(asked.root):
            entries = {path: (entry.mode, entry.blob) for path, entry in tree.entries.items()}
            replay.keep(place, entries, answer, found.plain(), found.versions)
    for form, path in outputs:
        _write(path, question.written(told, form, lambda: tree))
    sys.stdout.write(answer.out)
    sys.stdout.flush()
    sys.stderr.write(answer.notes)
    raise typer.Exit(answer.code)


def _format(asked: str | None) -> str:
    from infra_tool.output import FORMATS

    if asked is None:
        return "full" if sys.stdout.isatty() else "concise"
    if asked not in FORMATS:
        raise UsageError(f"{asked!r} is no format", hint=f"one of {', '.join(FORMATS)}")
    return asked


def _output(asked: str) -> tuple[str, Path]:
    """Return format and file of `--output-file`; raises UsageError where one is missing or unknown."""
    format_, colon, path = asked.partition(":")
    if not colon or not path:
        raise UsageError(f"--output-file {asked}: no format and path", hint="such as --output-file sarif:lint.sarif")
    return _format(format_), Path(path)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InfraToolError(f"cannot be written: {error.strerror}", path=str(path)) from error


def _is_coloured() -> bool:
    return sys.stdout.isatty() and not any(os.environ.get(name) for name in ("NO_COLOR", "CI"))


def _minor(version: str) -> str:
    """Return the minor version, such as 1.33; raises UsageError for what is no version."""
    from infra_tool import schema

    return schema.load(version).asked


def _explained(word: str) -> "tuple[Rule, ...]":
    from infra_tool import repo
    from infra_tool.lint import catalogue
    from infra_tool.lint.rules import RULES

    found = catalogue.find(word)
    if not found:
        known = [name for rule in RULES for name in (rule.CODE, rule.NAME)]
        hint = repo.did_you_mean(word, known) or "infra-tool lint --list-rules"
        raise UsageError(f"there is no rule {word}", hint=hint)
    return found


def _tell(rules: "tuple[Rule, ...] | None", format_: str) -> None:
    """Print the documentation of some rules, or a line for each there is."""
    from infra_tool.lint import catalogue
    from infra_tool.lint.rules import RULES

    if format_ == "json":
        report.result("lint", {"rules": [_object(rule) for rule in rules or RULES]})
    elif rules is None:
        width = max(len(rule.NAME) for rule in RULES)
        for rule in RULES:
            report.say(f"{rule.CODE} {rule.SEVERITY:7} {rule.NAME:{width}}  {catalogue.title(rule)}")
    else:
        texts = (f"{rule.CODE} {rule.NAME} ({rule.SEVERITY})\n\n{catalogue.documentation(rule)}" for rule in rules)
        report.say("\n\n\n".join(texts))


def _object(rule: "Rule") -> report.Json:
    from infra_tool.lint import catalogue

    return {
        "code": rule.CODE,
        "name": rule.NAME,
        "severity": rule.SEVERITY,
        "title": catalogue.title(rule),
        "documentation": catalogue.documentation(rule),
    }
