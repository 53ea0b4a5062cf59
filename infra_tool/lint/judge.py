"""Ask every rule."""

from collections.abc import Iterator
from typing import get_args

from infra_tool.lint import brought, rendered
from infra_tool.lint.asked import HERE, Said, named, said
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.manifest_judge import ManifestJudge
from infra_tool.lint.mark import Mark
from infra_tool.lint.registry.applied import IMAGES
from infra_tool.lint.registry.cluster import CLUSTER
from infra_tool.lint.registry.every import RULES
from infra_tool.lint.registry.repo import REPO
from infra_tool.lint.selection import Selection
from infra_tool.lint.subject import Repo
from infra_tool.schema import Code


class Judge(ManifestJudge):
    """Asks the rules that count."""

    def __init__(self, selection: Selection) -> None:
        """Ask no others."""
        super().__init__(selection)
        self._any_schema = {rule.CODE: rule for rule in RULES if rule.CODE in get_args(Code) and selection.runs(rule)}
        self._repo = [(rule, rule.check) for rule in REPO if selection.runs(rule)]
        self._images = [(rule, rule.check) for rule in IMAGES if selection.runs(rule)]
        self._cluster = [(rule, rule.check) for rule in CLUSTER if selection.runs(rule)]

    def everything(self, repo: Repo) -> Iterator[Said]:
        """Yield what there is to say about a repo."""
        for source in repo.sources.values():
            yield from self.source(source, repo.facts)
        for applied in repo.applied.values():
            yield from self.applied(applied, repo.facts)
        yield from said(self._repo, HERE, repo)
        for cluster in repo.clusters if self._cluster or self._images or self._any_schema else ():
            yield from said(self._cluster, HERE, cluster)
            yield from self._pictured(cluster)
            if self._any_schema:
                yield from named(self._any_schema, HERE, rendered.violations, cluster, repo.facts)

    def _pictured(self, cluster: Cluster) -> Iterator[Said]:
        """Yield what there is to say about images that no manifest says; what becomes of a value, the chart decides."""
        if self._images:
            facts = cluster.repo.facts
            yield from said(self._images, HERE, brought.by_patches(cluster), facts)
            for rule, one in said(self._images, HERE, brought.by_charts(cluster), facts):
                yield rule, one._replace(severity="warning") if isinstance(one, Mark) else one
