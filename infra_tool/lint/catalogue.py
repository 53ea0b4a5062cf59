"""All rules by code, and what they say about themselves."""

from infra_tool.lint.rule import Rule
from infra_tool.lint.rules import RULES
from infra_tool.lint.selection import means

FAMILIES = {
    "T": "Tree: how kustomizations refer to files",
    "K": "Schema: what the API server would refuse",
    "S": "Secrets",
    "I": "Images",
    "F": "Flux",
    "R": "References between objects",
    "W": "Workloads",
    "Y": "YAML",
    "X": "The tool itself",
}
"""What the first letter of a code stands for, in the order of the documentation."""


def find(word: str) -> tuple[Rule, ...]:
    """Return the rules that a code, the beginning of one, or a name stands for."""
    return tuple(rule for rule in RULES if means(word, rule))


def title(rule: Rule) -> str:
    """Return the first line of a rule's documentation: what is wrong when it finds something."""
    return documentation(rule).partition("\n")[0].rstrip(".")


def documentation(rule: Rule) -> str:
    """Return a rule's documentation: what it finds, why that hurts, an example, what to do."""
    return (rule.__doc__ or "").strip()
