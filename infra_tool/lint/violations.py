"""What the schemas say about a manifest, as marks."""

from collections.abc import Iterator

from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Applied, Facts
from infra_tool.schema import Code


def violations(code: Code, applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield the violations of one kind."""
    for verdict in applied.verdicts(facts.schemas):
        for found in verdict.violations:
            if found.code == code:
                yield at(applied.file, found.node, found.message, found.help)
