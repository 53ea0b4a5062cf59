"""What lint says of files that are about to be written."""

from collections.abc import Callable, Sequence

from infra_tool.edits import Edits, Overlay, Tree
from infra_tool.errors import UsageError
from infra_tool.finding import Finding

Lint = Callable[[Tree], Sequence[Finding]]


def judge(tree: Tree, edits: Edits, lint: Lint) -> tuple[Finding, ...]:
    """Return what lint says about the files to be written; raises UsageError for an error that is not there yet."""
    if not edits:
        return ()
    findings = lint(Overlay(tree, edits))
    errors = [finding for finding in findings if finding.severity == "error"]
    old = {(each.path, each.code, each.message) for each in lint(tree)} if errors else set()
    for finding in errors:
        if (finding.path, finding.code, finding.message) not in old:
            raise UsageError(
                f"lint refuses what would be written: {finding.code} {finding.message}",
                path=finding.path,
                line=finding.line,
                hint=finding.help,
            )
    return tuple(finding for finding in findings if finding.path in edits.files)
