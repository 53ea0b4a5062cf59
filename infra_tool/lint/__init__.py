"""Judge a tree: the gate before a push."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra_tool.edits import Tree
    from infra_tool.lint.report import Report
    from infra_tool.repo import Config


def run(tree: "Tree", config: "Config") -> "Report":
    """Return what is wrong with a tree, and what could not be judged; `config.lint` says which rules count."""
    from infra_tool.lint import engine  # noqa: PLC0415 -- a replayed answer needs none of it

    return engine.run(tree, config)
