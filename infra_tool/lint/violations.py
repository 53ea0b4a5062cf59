"""What the schemas say about a manifest, as marks.

A repo that does not say which Kubernetes its clusters have is held against an assumed version. What only that one
refuses, and the newest takes, may be right: it is not judged.
"""

from collections.abc import Iterator

from infra_tool.lint.mark import Mark, at
from infra_tool.lint.report import Unchecked
from infra_tool.lint.subject import Applied, Facts
from infra_tool.schema import Code, Verdict, Violation
from infra_tool.yamldoc import Node, lookup, text


def violations(code: Code, applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield the violations of one kind."""
    return (mark for mark, _ in violating(code, applied, facts))


def violating(code: Code, applied: Applied, facts: Facts) -> Iterator[tuple[Mark, Node]]:
    """Yield the violations of one kind, each with its node."""
    for found, holds in _judged(applied, facts):
        if holds and found.code == code:
            yield _mark(applied, found), found.node


def every(applied: Applied, facts: Facts) -> Iterator[tuple[Code, Mark]]:
    """Yield the violations of all kinds."""
    return ((found.code, _mark(applied, found)) for found, holds in _judged(applied, facts) if holds)


def _mark(applied: Applied, found: Violation) -> Mark:
    mark = at(applied.file, found.node, found.message, found.help)
    return mark._replace(severity="warning") if found.is_risky else mark


def unchecked(applied: Applied, facts: Facts) -> Iterator[Unchecked]:
    """Yield what has no schema, and what a later version of Kubernetes would take."""
    for verdict in applied.verdicts(facts.schemas):
        for node, reason in verdict.unchecked:
            yield Unchecked(applied.file.path, f"line {applied.file.line(node)}: {reason}")
    for found, holds in _judged(applied, facts):
        if not holds:
            reason = f"{found.message}; a later version has it: write `kubernetes:` in .infra-tool.yaml"
            yield Unchecked(applied.file.path, f"line {applied.file.line(found.node)}: {reason}")


def _judged(applied: Applied, facts: Facts) -> Iterator[tuple[Violation, bool]]:
    """Yield every violation, and whether it holds whatever the version of the clusters is."""
    for index, verdict in enumerate(applied.verdicts(facts.schemas)):
        if verdict.violations:
            newest = applied.verdicts(facts.newest)[index] if facts.newest is not None else verdict
            moved = _moved(applied)
            left = (
                found
                for found in verdict.violations
                if not _is_healed(applied, verdict, found) and id(found.node) not in moved
            )
            yield from ((found, _is_in(newest, found)) for found in left)


def _moved(applied: Applied) -> set[int]:
    """Return the namespaces, and names of namespaces, that kustomizations replace on every way."""
    if not all(way.moves for way in applied.ways):
        return set()
    roots = [document.root for document in applied.file.documents]
    namespaces = [lookup(root, "metadata", "namespace") for root in roots]
    namespaces += [lookup(root, "metadata", "name") for root in roots if text(root, "kind") == "Namespace"]
    return set(map(id, namespaces))


def _is_healed(applied: Applied, verdict: Verdict, found: Violation) -> bool:
    """Tell whether a patch may add what is missing."""
    return bool(found.lacks) and applied.heals(verdict.kind, found.lacks)


def holding(verdict: Verdict, newest: Verdict) -> Iterator[Violation]:
    """Yield the violations of a verdict that another one, of the newest version, has too."""
    return (found for found in verdict.violations if _is_in(newest, found))


def _is_in(verdict: Verdict, found: Violation) -> bool:
    """Tell whether a verdict has a violation too; one of an unknown kind may point at another field."""
    return any(
        other.code == found.code and (other.node is found.node or found.code == "K002") for other in verdict.violations
    )
