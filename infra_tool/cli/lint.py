"""`infra-tool lint`: the gate."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from infra_tool.cli import explaining, linting, scaffolding
from infra_tool.errors import UsageError


class FailOn(StrEnum):
    """From which severity on findings make the exit code 1."""

    error = "error"
    warning = "warning"


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
    changed: Annotated[
        bool, typer.Option("--changed", help="Tell only what changed since the branch of the configuration.")
    ] = False,
    verify_mac: Annotated[
        bool, typer.Option("--verify-mac", help="Open what your key opens; compare it with its MAC.")
    ] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended safely, in the work tree.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="With --fix or --diff: also what changes what a cluster gets.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print what --fix would do; 1 when that is something.")] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Tell nothing that it has; .infra-tool-baseline.json is used.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Make what is wrong now the baseline.")
    ] = False,
    fail_on: Annotated[FailOn, typer.Option(help="From which severity on the exit code is 1.")] = FailOn.error,
    kubernetes_version: Annotated[
        list[str] | None, typer.Option(metavar="VERSION", help="Judge for this version; may be given again.")
    ] = None,
) -> None:
    """Say what is wrong with the infra repo, before the cluster does."""
    from infra_tool.lint import question

    shown = _format(format_)
    outputs = [_output(each) for each in output_file or ()]
    if explain is not None or list_rules:
        explaining.tell(explaining.explained(explain) if explain is not None else None, shown)
        return
    if staged and rev is not None:
        raise UsageError("--staged and --rev exclude each other")
    wanted = linting.Wanted(
        format=format_,
        outputs=tuple(outputs),
        changed=changed,
        verify_mac=verify_mac,
        fix=fix,
        unsafe_fixes=unsafe_fixes,
        diff=diff,
        baseline=baseline,
        write_baseline=write_baseline,
    )
    explaining.check((*(select or ()), *(ignore or ())))
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
    raise typer.Exit(linting.run(asked, wanted))


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


def _is_coloured() -> bool:
    return sys.stdout.isatty() and not any(os.environ.get(name) for name in ("NO_COLOR", "CI"))


def _minor(version: str) -> str:
    """Return the minor version, such as 1.33; raises UsageError for what is no version."""
    from infra_tool import schema

    return schema.load(version).asked
