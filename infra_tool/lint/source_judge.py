"""Ask the rules about any one file, and load no others: a command that changes one asks before it writes."""

from collections.abc import Iterator

from infra_tool.lint.asked import Said, said
from infra_tool.lint.registry.source import SOURCE
from infra_tool.lint.registry.workflow import WORKFLOW
from infra_tool.lint.selection import Selection
from infra_tool.lint.subject import Facts, Source
from infra_tool.lint.workflow import workflow_of


class SourceJudge:
    """Asks those of them that count."""

    def __init__(self, selection: Selection) -> None:
        """Ask no others."""
        self._source = [(rule, rule.check) for rule in SOURCE if selection.runs(rule)]
        self._workflow = [(rule, rule.check) for rule in WORKFLOW if selection.runs(rule)]

    def source(self, source: Source, facts: Facts) -> Iterator[Said]:
        """Yield what there is to say about one file, wherever it is used."""
        yield from said(self._source, source.path, source, facts)
        workflow = workflow_of(source)
        if workflow is not None:
            yield from said(self._workflow, source.path, workflow)
