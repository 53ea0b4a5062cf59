"""Which rules count, where, and how much: the part of the configuration that is about rules."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from infra_tool.finding import Severity
from infra_tool.lint.report import INTERNAL
from infra_tool.lint.rule import Rule
from infra_tool.repo import LintConfig

PROFILES = ("off", "baseline", "restricted")
"""From loose to strict; a rule about workloads names in PROFILE the first that it counts in."""

PREFIX = re.compile(r"[A-Z][0-9]*")


def means(word: str, rule: Rule) -> bool:
    """Tell whether `word` stands for a rule: its code, the beginning of it (`T`, `T00`), or its name."""
    return word == rule.NAME or (PREFIX.fullmatch(word) is not None and rule.CODE.startswith(word))


class Selection:
    """What a configuration says about rules."""

    def __init__(self, config: LintConfig) -> None:
        """Follow `config`."""
        self._config = config

    def runs(self, rule: Rule) -> bool:
        """Tell whether a rule counts at all; one of a stricter profile does when it is selected by code or name."""
        select, ignore = self._config.select, self._config.ignore
        if _any(ignore, rule) or (select and not _any(select, rule)):
            return False
        return rule.CODE in select or rule.NAME in select or self._is_strict_enough(rule)

    def _is_strict_enough(self, rule: Rule) -> bool:
        profile = getattr(rule, "PROFILE", None)
        return profile is None or PROFILES.index(profile) <= PROFILES.index(self._config.profile)

    def severity(self, rule: Rule, severity: Severity) -> Severity:
        """Return how serious a finding of a rule is; the most exact word that stands for the rule decides."""
        words = [word for word in self._config.severity if means(word, rule)]
        return self._config.severity[max(words, key=len)] if words and rule.CODE != INTERNAL else severity

    def is_ignored(self, path: str, rule: Rule) -> bool:
        """Tell whether a rule does not count for a file."""
        return rule.CODE != INTERNAL and any(
            _any(words, rule) for pattern, words in self._config.per_path_ignore.items() if _covers(pattern, path)
        )


def words(config: LintConfig) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every word for a rule with its place below `lint:`; for a key of a mapping, the place of the value."""
    for key, listed in (("select", config.select), ("ignore", config.ignore)):
        yield from (((key, index), word) for index, word in enumerate(listed))
    yield from ((("severity", word), word) for word in config.severity)
    for pattern, listed in config.per_path_ignore.items():
        yield from ((("per_path_ignore", pattern, index), word) for index, word in enumerate(listed))


def _any(words_: Iterable[str], rule: Rule) -> bool:
    return any(means(word, rule) for word in words_)


def _covers(pattern: str, path: str) -> bool:
    """Tell whether a pattern is for a path: `*` also stands for `/`, and a directory for all that is in it."""
    return fnmatchcase(path, pattern) or path.startswith(f"{pattern.rstrip('/')}/")
