"""What `infra-tool lint` does, once its options are read."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from infra_tool.cli import report
from infra_tool.errors import EXIT_FAILURE, EXIT_FINDINGS, EXIT_OK, InfraToolError, UsageError

if TYPE_CHECKING:
    from infra_tool.edits import Tree
    from infra_tool.lint.fixing import Fixed
    from infra_tool.lint.question import Keyed, Question


@dataclass(frozen=True)
class Wanted:
    """What to do about findings, besides telling them: see the options of the same names.

    `format` is what was typed, if anything; `outputs` are formats and files that get what is told.
    """

    format: str | None
    outputs: tuple[tuple[str, Path], ...]
    changed: bool
    verify_mac: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    baseline: Path | None
    write_baseline: bool


def run(asked: "Question", wanted: Wanted) -> int:
    """Do what is wanted, and return the exit code."""
    from infra_tool.lint import question

    _check(asked, wanted)
    tree = question.tree(asked)
    if wanted.verify_mac:
        asked = replace(asked, keyed=_keyed)
    if wanted.changed:
        asked = _since(asked, tree)
    if wanted.write_baseline:
        _write_baseline(asked, tree, wanted.baseline)
        return EXIT_OK
    if wanted.diff:
        return _show_fixes(asked, tree, unsafe=wanted.unsafe_fixes)
    if wanted.fix:
        _fix(asked, tree, unsafe=wanted.unsafe_fixes)
        tree = question.tree(asked)
    if wanted.baseline is not None:
        asked = question.known(asked, tree, wanted.baseline, Path.cwd())
    return _judge(asked, tree, wanted)


def _check(asked: "Question", wanted: Wanted) -> None:
    """Raise UsageError for what does not go together."""
    if wanted.unsafe_fixes and not (wanted.fix or wanted.diff):
        raise UsageError("--unsafe-fixes goes with --fix, or with --diff to see what that would do")
    if wanted.fix and not wanted.diff and (asked.staged or asked.rev is not None):
        raise UsageError("--fix changes the work tree", hint="leave --staged or --rev out, or add --diff")
    narrowed = asked.paths or asked.select or asked.ignore or wanted.changed
    if wanted.write_baseline and (wanted.fix or wanted.diff or narrowed):
        raise UsageError("--write-baseline takes all findings: no PATH, --select, --ignore, --changed, --fix or --diff")


def _keyed(tree: "Tree") -> "Keyed":
    """Find what takes private keys to find, as `secret check` does."""
    from infra_tool import secrets
    from infra_tool.cli.secret import place
    from infra_tool.lint.question import Keyed
    from infra_tool.lint.report import Unchecked

    found = secrets.verify(tree, place.session(None, None))
    return Keyed(found.findings, tuple(Unchecked(*one) for one in found.unchecked))


def _since(asked: "Question", tree: "Tree") -> "Question":
    """Return the question narrowed to what changed; all is told where there is nothing to compare with."""
    from infra_tool import git, repo

    found = git.since(asked.root, repo.load_config(tree).branch, staged=asked.staged, rev=asked.rev)
    if found is None:
        report.note("there is no commit to compare with: all is told")
    else:
        changed = _count(len(found.paths), "changed file")
        report.note(f"compared with {found.name} at {found.revision[:12]}: {changed}")
    return replace(asked, since=found)


def _judge(asked: "Question", tree: "Tree", wanted: Wanted) -> int:
    """Tell what is wrong with a tree."""
    from infra_tool import replay
    from infra_tool.lint import asking, question

    told, judged = asking.ask(asked, tree)
    answer = question.answered(told, asked, lambda: tree)
    if asked.is_plain and answer.code != EXIT_FAILURE:
        place = replay.at(str(Path.cwd()), wanted.format, asked.fail_on)
        if place and place.root == str(asked.root):
            entries = {path: (entry.mode, entry.blob) for path, entry in tree.entries.items()}
            found = judged.remembered()
            replay.keep(place, entries, answer, found.plain(), found.versions)
    for form, path in wanted.outputs:
        _write(path, question.written(told, form, lambda: tree).encode())
    sys.stdout.write(answer.out)
    sys.stdout.flush()
    sys.stderr.write(answer.notes)
    return answer.code


def _fixed(asked: "Question", tree: "Tree", *, unsafe: bool) -> "Fixed":
    """Return the fixes of what is asked about, a baseline or not."""
    from infra_tool.lint import asking, baseline, fixing

    bare = replace(asked, baseline=baseline.Baseline())
    return fixing.fixed(tree, lambda changed: asking.ask(bare, changed)[0], unsafe=unsafe)


def _fix(asked: "Question", tree: "Tree", *, unsafe: bool) -> None:
    """Mend the work tree."""
    from infra_tool import edits

    made = _fixed(asked, tree, unsafe=unsafe)
    edits.apply(asked.root, made.edits)
    if made.edits:
        report.note(f"fixed {_count(made.findings, 'finding')} in {_count(len(made.edits.files), 'file')}")


def _show_fixes(asked: "Question", tree: "Tree", *, unsafe: bool) -> int:
    """Print what mending would change; 1 when that is something, as --check is."""
    from infra_tool import edits

    made = _fixed(asked, tree, unsafe=unsafe)
    text = edits.diff(tree, made.edits)
    if asked.format == "json":
        report.result("lint", {"diff": text, "findings": made.findings, "files": list(made.edits)})
    else:
        sys.stdout.write(text)
        files = _count(len(made.edits.files), "file")
        report.note(f"--fix would mend {_count(made.findings, 'finding')} in {files}")
    return EXIT_FINDINGS if made.edits else EXIT_OK


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _write_baseline(asked: "Question", tree: "Tree", file: Path | None) -> None:
    """Write all that is wrong to a baseline."""
    from infra_tool.lint import asking, baseline

    path = file or asked.root / baseline.PATH
    told, _ = asking.ask(replace(asked, baseline=baseline.Baseline()), tree)
    if told.is_broken:
        raise InfraToolError("a rule failed: lint without --write-baseline names it")
    _write(path, baseline.dump(told.findings))
    if asked.format == "json":
        report.result("lint", {"baseline": {"path": str(path), "findings": len(told.findings)}})
    else:
        report.say(f"known from now on: {_count(len(told.findings), 'finding')}, in {path}")


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InfraToolError(f"cannot be written: {error.strerror}", path=str(path)) from error
