"""What `infra-tool lint` tells about its rules."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from infra_tool.cli import report
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.lint.rule import Rule


def explained(word: str) -> "tuple[Rule, ...]":
    """Return the rules that a word stands for; raises UsageError where there are none."""
    from infra_tool import repo
    from infra_tool.lint import catalogue
    from infra_tool.lint.registry.every import RULES

    found = catalogue.find(word)
    if not found:
        known = [name for rule in RULES for name in (rule.CODE, rule.NAME)]
        hint = repo.did_you_mean(word, known) or "infra-tool lint --list-rules"
        raise UsageError(f"there is no rule {word}", hint=hint)
    return found


def check(words: Iterable[str]) -> None:
    """Raise UsageError for a word that stands for no rule."""
    for word in words:
        explained(word)


def tell(rules: "tuple[Rule, ...] | None", format_: str) -> None:
    """Print the documentation of some rules, or a line for each there is."""
    from infra_tool.lint import catalogue
    from infra_tool.lint.registry.every import RULES

    if format_ == "json":
        report.result("lint", {"rules": [_object(rule) for rule in rules or RULES]})
    elif rules is None:
        width = max(len(rule.NAME) for rule in RULES)
        for rule in RULES:
            report.say(f"{rule.CODE} {rule.SEVERITY:7} {rule.NAME:{width}}  {catalogue.title(rule)}")
    else:
        texts = (f"{rule.CODE} {rule.NAME} ({rule.SEVERITY})\n\n{catalogue.documentation(rule)}" for rule in rules)
        report.say("\n\n\n".join(texts))


def _object(rule: "Rule") -> report.Json:
    from infra_tool.lint import catalogue

    return {
        "code": rule.CODE,
        "name": rule.NAME,
        "severity": rule.SEVERITY,
        "title": catalogue.title(rule),
        "documentation": catalogue.documentation(rule),
    }
