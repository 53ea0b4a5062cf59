"""Every rule there is."""

from infra_tool.lint.registry.applied import APPLIED
from infra_tool.lint.registry.cluster import CLUSTER
from infra_tool.lint.registry.repo import REPO
from infra_tool.lint.registry.schema import SCHEMA
from infra_tool.lint.registry.source import SOURCE
from infra_tool.lint.registry.unasked import ENGINE, KEYED
from infra_tool.lint.registry.workflow import WORKFLOW
from infra_tool.lint.rule import Rule

RULES: tuple[Rule, ...] = tuple(
    sorted((*SOURCE, *SCHEMA, *WORKFLOW, *APPLIED, *REPO, *CLUSTER, *ENGINE, *KEYED), key=lambda rule: rule.CODE)
)
"""All of them, by code."""
