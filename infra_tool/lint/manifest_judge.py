"""Ask the rules about one file and those about one manifest, and load no others: enough for most commits."""

from collections.abc import Iterator

from infra_tool.lint.asked import Said, named, said
from infra_tool.lint.registry.applied import APPLIED
from infra_tool.lint.registry.schema import SCHEMA
from infra_tool.lint.selection import Selection
from infra_tool.lint.source_judge import SourceJudge
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import every


class ManifestJudge(SourceJudge):
    """Asks those of them that count."""

    def __init__(self, selection: Selection) -> None:
        """Ask no others."""
        super().__init__(selection)
        self._applied = [(rule, rule.check) for rule in APPLIED if selection.runs(rule)]
        self._schema = {rule.CODE: rule for rule in SCHEMA if selection.runs(rule)}

    def applied(self, applied: Applied, facts: Facts) -> Iterator[Said]:
        """Yield what there is to say about one manifest that a cluster gets."""
        yield from said(self._applied, applied.file.path, applied, facts)
        if self._schema:
            yield from named(self._schema, applied.file.path, every, applied, facts)
