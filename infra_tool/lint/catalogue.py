"""All rules by code, and what they say about themselves."""

from infra_tool.lint.registry.every import RULES
from infra_tool.lint.rule import Rule
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
    "G": "Workflows of Gitea Actions",
    "X": "The tool itself",
}
"""What the first letter of a code stands for, in the order of the documentation."""

INTRODUCTION = """\
# Rules of `infra-tool lint`

`infra-tool lint --explain CODE` prints what is written here. A code is never reused; a rule is meant by its code, the
beginning of one (`T`), or its name: in `--select` and `--ignore`, in the configuration (`lint: {select, ignore,
severity, per_path_ignore}`), and, without the beginning, in a comment that suppresses it for a line:

```yaml
image: n8nio/n8n:latest # infra-tool: ignore[I002] a playground
```

On a line of its own such a comment is for the next line; above the first key of a document, for the document; in the
first comment block of a file, for the file.

An **error** makes `lint` end with exit code 1, which stops the git hooks; a **warning** does with `--fail-on warning`;
an **info** never does.
"""


def find(word: str) -> tuple[Rule, ...]:
    """Return the rules that a code, the beginning of one, or a name stands for."""
    return tuple(rule for rule in RULES if means(word, rule))


def title(rule: Rule) -> str:
    """Return the first line of a rule's documentation: what is wrong when it finds something."""
    return documentation(rule).partition("\n")[0].rstrip(".")


def documentation(rule: Rule) -> str:
    """Return a rule's documentation: what it finds, why that hurts, an example, what to do."""
    return (rule.__doc__ or "").strip()


def reference() -> str:
    """Return the documentation of all rules as one page of Markdown."""
    parts = [INTRODUCTION, *(_family(letter, name) for letter, name in FAMILIES.items())]
    return "\n".join(part for part in parts if part)


def _family(letter: str, name: str) -> str:
    rules = [rule for rule in RULES if rule.CODE.startswith(letter)]
    return "\n".join((f"## {letter}: {name}\n", *map(_rule, rules))) if rules else ""


def _rule(rule: Rule) -> str:
    return f"### {rule.CODE} {rule.NAME}\n\n**{rule.SEVERITY}**\n\n{documentation(rule)}\n"
