"""Judge what a command is about to write: the errors that it would bring into the files it touches."""

from collections.abc import Iterator, Sequence

from infra_tool import repo, sops, yamldoc
from infra_tool.edits import Edits, Overlay, Tree
from infra_tool.errors import InfraToolError
from infra_tool.finding import Finding
from infra_tool.lint import run, sealed
from infra_tool.lint.mark import Mark
from infra_tool.lint.selection import Selection
from infra_tool.lint.source_judge import SourceJudge
from infra_tool.lint.subject import Facts, Source


def errors(tree: Tree, edits: Edits) -> Sequence[Finding]:
    """Return the errors in the files of `edits`, with them, that are none without.

    Where values are encrypted and nothing else changes, the changed files are judged alone: how they are referred to
    stays as it was, and the whole tree is not read. Where one is not clean so, everything is judged.
    """
    after = Overlay(tree, edits)
    if _is_clean_alone(tree, after, edits):
        return ()
    found = list(_errors(after, edits))
    known = {_told(one) for one in _errors(tree, edits)} if found else set()
    return [one for one in found if _told(one) not in known]


def _is_clean_alone(tree: Tree, after: Tree, edits: Edits) -> bool:
    try:
        pairs = [tuple(yamldoc.parse(side.read(path), path) for side in (tree, after)) for path in edits.files]
        if not all(sealed.is_all_that_changed(old, new) for old, new in pairs):
            return False
        facts = Facts(repo.load_config(after), sops.load_rules(after), repo.PATH in after.entries)
    except InfraToolError:
        return False
    selection = Selection(facts.config.lint)
    judge = SourceJudge(selection)
    sources = (Source(new.path, after.read(new.path), new) for _, new in pairs)
    said = (one for source in sources for one in judge.source(source, facts))
    return not any(
        isinstance(one, Mark) and selection.severity(rule, one.severity or rule.SEVERITY) == "error"
        for rule, one in said
    )


def _errors(tree: Tree, edits: Edits) -> Iterator[Finding]:
    found = run(tree, repo.load_config(tree)).findings
    return (one for one in found if one.severity == "error" and one.path in edits.files)


def _told(finding: Finding) -> tuple[str, str, str]:
    return finding.path, finding.code, finding.message
