"""The creation rules of `.sops.yaml`: which files are encrypted, what in them, and to whom."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from infra_tool import yamldoc
from infra_tool.edits import Tree
from infra_tool.errors import UsageError
from infra_tool.sops import names
from infra_tool.sops.recipients import PROVIDERS, Recipient, foreign, recipient
from infra_tool.sops.selectors import DEFAULT, Selector, portable, selector_kind
from infra_tool.yamldoc import Mapping, Scalar, Sequence, YamlFile, follow, lookup

PATH = ".sops.yaml"


@dataclass(frozen=True)
class RuleProblem:
    """Something wrong with `.sops.yaml`; `line` from 1."""

    line: int
    message: str


@dataclass(frozen=True)
class Rule:
    """One creation rule. `path_regex` None matches every path; `line` is where the rule starts.

    `groups` counts key groups: more than one means that a file needs keys of several groups (Shamir).
    """

    path_regex: str | None
    selector: Selector
    mac_only_encrypted: bool
    recipients: tuple[Recipient, ...]
    line: int
    groups: int = 1
    problems: tuple[RuleProblem, ...] = ()

    def matches(self, path: str) -> bool:
        """Tell whether this rule is for a repo-relative path; one with a broken pattern is for none."""
        if self.path_regex is None:
            return True
        try:
            return portable(self.path_regex).search(path) is not None
        except ValueError:
            return False


@dataclass(frozen=True)
class Rules:
    """The rules in the order in which they are tried; the first that matches counts.

    `indent` is the indentation asked for in `stores.yaml.indent`. `problems` are those of the file and of all rules;
    to read the rules does not fail on them, to encrypt by a rule does.
    """

    rules: tuple[Rule, ...]
    source: bytes
    indent: int | None = None
    file_problems: tuple[RuleProblem, ...] = ()

    @property
    def problems(self) -> tuple[RuleProblem, ...]:
        """Everything wrong, in line order."""
        found = [*self.file_problems, *(problem for rule in self.rules for problem in rule.problems)]
        return tuple(sorted(found, key=lambda problem: problem.line))

    @property
    def names(self) -> dict[str, str]:
        """The holder of each recipient, as far as the file names them."""
        return names.of(self.source.decode())

    def match(self, path: str) -> Rule | None:
        """Return the rule for a repo-relative path, None when there is none."""
        return next((rule for rule in self.rules if rule.matches(path)), None)

    def require(self, path: str) -> Rule:
        """Return the rule for a path that is to be encrypted.

        Raises UsageError when no rule matches, or when the rule or one before it is broken.
        """
        for rule in self.rules:
            if rule.problems:
                first = rule.problems[0]
                raise UsageError(first.message, path=PATH, line=first.line)
            if rule.matches(path):
                return rule
        raise UsageError("no creation rule matches this path", path=path, hint=f"add a rule to {PATH}")


def load_rules(tree: Tree) -> Rules | None:
    """Read `.sops.yaml` at the root of the repo; None when there is none.

    Raises YamlError when it is not YAML.
    """
    return read(tree.read(PATH)) if PATH in tree.entries else None


def read(data: bytes) -> Rules:
    """Read the content of a `.sops.yaml`; raises YamlError when it is not YAML."""
    file = yamldoc.parse(data, PATH)
    root = file.documents[0].root if file.documents else None
    listed = lookup(root, "creation_rules")
    holders = names.of(file.text)
    if not isinstance(listed, Sequence):
        return Rules((), data, file_problems=(RuleProblem(1, "has no list creation_rules"),))
    rules = tuple(_rule(file, follow(item), holders) for item in listed.items)
    indent = yamldoc.text(root, "stores", "yaml", "indent") or ""
    return Rules(rules, data, int(indent) if indent.isdecimal() else None, tuple(_unreachable(rules)))


def _unreachable(rules: tuple[Rule, ...]) -> Iterator[RuleProblem]:
    """Find what a rule for every path, or the same pattern given before, hides."""
    seen: dict[str | None, int] = {}
    for rule in rules:
        hidden = seen.get(None, seen.get(rule.path_regex))
        if hidden is not None:
            yield RuleProblem(rule.line, f"this rule is never reached: the one in line {hidden} matches first")
        seen.setdefault(rule.path_regex, rule.line)


def _rule(file: YamlFile, node: yamldoc.Content, holders: dict[str, str]) -> Rule:
    line = file.line(node)
    if not isinstance(node, Mapping):
        odd = RuleProblem(line, "a creation rule must be a mapping")
        return Rule(None, DEFAULT, mac_only_encrypted=False, recipients=(), line=line, problems=(odd,))
    problems: list[RuleProblem] = []
    selectors = _selectors(file, node, problems)
    path_regex = yamldoc.text(node, "path_regex")
    if path_regex is not None:
        _check_pattern(path_regex, file.line(node.get("path_regex") or node), problems)
    groups = [group for group in _groups(node) if isinstance(group, Mapping)]
    recipients = tuple(entry for group in groups or [node] for entry in _recipients(file, group, holders))
    problems += _recipient_problems(recipients, line)
    return Rule(
        path_regex,
        selectors[0] if selectors else DEFAULT,
        yamldoc.text(node, "mac_only_encrypted") == "true",
        tuple(dict.fromkeys(recipients)),
        line,
        max(1, len(groups)),
        tuple(problems),
    )


def _selectors(file: YamlFile, node: Mapping, problems: list[RuleProblem]) -> list[Selector]:
    found = []
    for key, value in node.pairs():
        kind = selector_kind(key.value)
        if kind is None or not isinstance(value, Scalar):
            continue
        found.append(Selector(kind, value.value))
        if reason := found[-1].problem:
            problems.append(RuleProblem(file.line(key), reason))
        if len(found) > 1:
            problems.append(RuleProblem(file.line(key), f"{found[0].kind} and {kind} exclude each other"))
    return found


def _check_pattern(pattern: str, line: int, problems: list[RuleProblem]) -> None:
    try:
        portable(pattern)
    except ValueError as error:
        problems.append(RuleProblem(line, f"path_regex {pattern!r}: {error}"))


def _groups(node: Mapping) -> list[yamldoc.Content]:
    listed = node.get("key_groups")
    return list(listed.values()) if isinstance(listed, Sequence) else []


def _recipients(file: YamlFile, group: Mapping, holders: dict[str, str]) -> Iterator[Recipient]:
    for text, line in _texts(file, group.get("age")):
        yield recipient(text, name=holders.get(text), line=line)
    for provider in PROVIDERS:
        for text, line in _texts(file, group.get(provider)):
            yield foreign(provider, text, name=holders.get(text), line=line)


def _texts(file: YamlFile, node: yamldoc.Content | None) -> Iterator[tuple[str, int]]:
    """Yield each key with its line: a list, or one string with commas between."""
    if isinstance(node, Sequence):
        for item, target in zip(node.items, node.values(), strict=True):
            text = target.value if isinstance(target, Scalar) else _identifier(target)
            yield text.strip(), file.line(item)
    elif isinstance(node, Scalar):
        for part in re.split(",", node.value):
            if text := part.strip():
                offset = file.text.find(text, node.start, node.end)
                yield text, file.position(offset).line if offset >= 0 else file.line(node)


def _identifier(node: yamldoc.Content) -> str:
    """Name a structured key of a cloud service (`{arn: ...}`, `{resource_id: ...}`) by its first value."""
    pairs = node.pairs() if isinstance(node, Mapping) else iter(())
    return next((value.value for _, value in pairs if isinstance(value, Scalar)), "")


def _recipient_problems(recipients: tuple[Recipient, ...], line: int) -> Iterator[RuleProblem]:
    if not recipients:
        yield RuleProblem(line, "this rule names no recipient")
    for entry in recipients:
        if entry.problem:
            shown = "this entry" if entry.kind == "unknown" else f"age recipient {entry.text}"
            yield RuleProblem(entry.line or line, f"{shown} {entry.problem}")
