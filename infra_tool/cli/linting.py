"""What `infra-tool lint` does, once its options are read."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from infra_tool.cli import report
from infra_tool.errors import EXIT_FAILURE, InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.edits import Tree
    from infra_tool.lint.question import Question


def judge(asked: "Question", tree: "Tree", format_: str | None, outputs: Iterable[tuple[str, Path]]) -> int:
    """Tell what is wrong with a tree, and return the exit code.

    `format_` is what was typed, if anything; `outputs` are formats and files that get the same.
    """
    from infra_tool import replay
    from infra_tool.lint import question

    told, found = question.ask(asked, tree)
    answer = question.answered(told, asked, lambda: tree)
    if asked.is_plain and answer.code != EXIT_FAILURE:
        place = replay.at(str(Path.cwd()), format_, asked.fail_on)
        if place and place.root == str(asked.root):
            entries = {path: (entry.mode, entry.blob) for path, entry in tree.entries.items()}
            replay.keep(place, entries, answer, found.plain(), found.versions)
    for form, path in outputs:
        _write(path, question.written(told, form, lambda: tree).encode())
    sys.stdout.write(answer.out)
    sys.stdout.flush()
    sys.stderr.write(answer.notes)
    return answer.code


def write_baseline(asked: "Question", tree: "Tree", file: Path | None) -> None:
    """Write all that is wrong to a baseline."""
    from infra_tool.lint import baseline, question

    if asked.paths or asked.select or asked.ignore:
        raise UsageError("--write-baseline takes all findings: no PATH, --select or --ignore")
    path = file or asked.root / baseline.PATH
    told, _ = question.ask(replace(asked, baseline=baseline.Baseline()), tree)
    if told.is_broken:
        raise InfraToolError("a rule failed: lint without --write-baseline names it")
    _write(path, baseline.dump(told.findings))
    if asked.format == "json":
        report.result("lint", {"baseline": {"path": str(path), "findings": len(told.findings)}})
    else:
        report.say(f"{len(told.findings)} findings are known from now on: {path}")


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InfraToolError(f"cannot be written: {error.strerror}", path=str(path)) from error
