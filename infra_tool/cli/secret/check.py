"""`infra-tool secret check`: whether the secrets of the repo are encrypted, for whom, and untouched."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import report, scaffolding
from infra_tool.cli.secret import place
from infra_tool.errors import EXIT_FINDINGS, InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.edits import Tree
    from infra_tool.finding import Finding
    from infra_tool.secrets import Verified

RULES = ("S", "F006")
"""What lint has to say about secrets: their encryption, and whether Flux decrypts them."""


@dataclass(frozen=True)
class Summary:
    """Counts as those of lint, and how many files were opened."""

    errors: int
    warnings: int
    infos: int
    files: int
    resources: int
    unchecked: tuple[tuple[str, str], ...]
    opened: int
    baseline: None = None


def check(
    *,
    staged: Annotated[bool, typer.Option("--staged", help="Judge the index: what would be committed.")] = False,
    no_key: Annotated[bool, typer.Option("--no-key", help="Open nothing, compare no MAC.")] = False,
    identity: Annotated[
        Path | None,
        typer.Option("--identity", metavar="FILE", help="Prove that the key in this file alone opens every secret."),
    ] = None,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Check the encryption of all secrets.

    These are lint's rules about secrets; with a key at hand every file is opened and compared with its MAC too. With
    --identity a file that this key does not open is an error: the drill for the day when it is the last one left.
    """
    from infra_tool import git, secrets

    if no_key and identity:
        raise UsageError("--no-key and --identity exclude each other")
    root = scaffolding.infra_root()
    tree = git.IndexTree(root) if staged else git.WorkTree(root)
    session = secrets.Session() if no_key else place.session(root, identity)
    findings, summary = _judged(tree, secrets.verify(tree, session, drill=identity is not None, program=not no_key))
    if format_ is report.Format.json:
        _print_json(findings, summary)
    else:
        _print(findings, summary, tree)
    if summary.errors:
        raise typer.Exit(EXIT_FINDINGS)


def _judged(tree: "Tree", verified: "Verified") -> "tuple[list[Finding], Summary]":
    from infra_tool import lint, repo

    config = repo.load_config(tree)
    judged = lint.run(tree, replace(config, lint=replace(config.lint, select=RULES)))
    findings = sorted([*judged.findings, *verified.findings])
    counts = {severity: sum(one.severity == severity for one in findings) for severity in ("error", "warning", "info")}
    summary = Summary(
        counts["error"],
        counts["warning"],
        counts["info"],
        judged.summary.files,
        judged.summary.resources,
        tuple(sorted((path, reason) for path, reason in (*judged.summary.unchecked, *verified.unchecked))),
        len(verified.files),
    )
    return findings, summary


def _print(findings: "list[Finding]", summary: Summary, tree: "Tree") -> None:
    from infra_tool import output

    format_ = output.FORMATS["full" if sys.stdout.isatty() else "concise"]
    for line in format_.lines(output.Result(findings, summary, _source(tree))):
        report.say(line)
    for line in output.summary.lines(summary):
        report.note(line)
    if summary.opened:
        report.note(f"opened and compared with the MAC: {summary.opened}")


def _source(tree: "Tree") -> Callable[[str], bytes | None]:
    def read(path: str) -> bytes | None:
        try:
            return tree.read(path)
        except InfraToolError:
            return None

    return read


def _print_json(findings: "list[Finding]", summary: Summary) -> None:
    from infra_tool.output import json

    unchecked = [{"path": path, "reason": reason} for path, reason in summary.unchecked]
    counted = {
        "errors": summary.errors,
        "warnings": summary.warnings,
        "infos": summary.infos,
        "files": summary.files,
        "resources": summary.resources,
        "opened": summary.opened,
        "unchecked": unchecked,
    }
    report.result("secret check", {"findings": [json.finding_object(one) for one in findings], "summary": counted})
