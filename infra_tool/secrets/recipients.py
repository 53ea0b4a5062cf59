"""Who can open the secrets: the rules of `.sops.yaml` and the files themselves, changed together or not at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infra_tool import sops
from infra_tool.edits import Edits, Overlay, Plan, Snapshot, Tree
from infra_tool.errors import RefusedError, UsageError
from infra_tool.repo import did_you_mean
from infra_tool.secrets.encrypt import require_rules
from infra_tool.secrets.rotate import Rotated, rekeyed
from infra_tool.secrets.session import Session
from infra_tool.secrets.verify import encrypted
from infra_tool.sops import Recipient, Rule, Rules

EVERY_PATH = "every path"


@dataclass(frozen=True)
class Holder:
    """A recipient: the patterns of the rules that name it, and how many files it opens."""

    recipient: Recipient
    rules: tuple[str, ...]
    files: int


@dataclass(frozen=True)
class Added:
    """A recipient that was added: to which rules, and to which files."""

    recipient: Recipient
    rules: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Removed:
    """A recipient that was taken out of rules, and the files with a new data key."""

    recipient: Recipient
    rules: tuple[str, ...]
    rotated: Rotated


@dataclass(frozen=True)
class Replaced:
    """A recipient in the place of the key `lost`, in which rules, and the files with a new data key."""

    recipient: Recipient
    lost: str
    rules: tuple[str, ...]
    rotated: Rotated


def holders(tree: Tree) -> tuple[Holder, ...]:
    """Return every recipient that a rule or a file names; those that no rule names, which lint calls out, come last."""
    rules = require_rules(tree)
    known: dict[str, Recipient] = {entry.text: entry for rule in rules.rules for entry in rule.recipients}
    opened: dict[str, int] = dict.fromkeys(known, 0)
    for _, found in encrypted(tree):
        for entry in found.recipients:
            known.setdefault(entry.text, entry.named(rules.names.get(entry.text)))
            opened[entry.text] = opened.get(entry.text, 0) + 1
    return tuple(
        Holder(entry, tuple(pattern(rule) for rule in rules.rules if _names(rule, key)), opened[key])
        for key, entry in known.items()
    )


def pattern(rule: Rule) -> str:
    """Return what to call a rule."""
    return rule.path_regex or EVERY_PATH


def add_recipient(
    snapshot: Snapshot, key: str, name: str, session: Session, *, only: Iterable[str] = ()
) -> Plan[Added]:
    """Plan to let `key`, held by `name`, open what the rules are for: all of them, or those with the patterns `only`.

    Files keep their data key. What names the key already stays. Raises UsageError for what is no public key, and for a
    name that another key has.
    """
    tree = snapshot.tree
    rules = require_rules(tree)
    recipient = _recipient(rules, key, name)
    chosen = tuple(_chosen(rules, only))
    edits, changed = Edits(), list[str]()
    for number, rule in enumerate(rules.rules):
        now = require_rules(Overlay(tree, edits))
        if rule in chosen and not _names(rule, key):
            edits = _ruled(tree, edits, sops.with_recipient(now, now.rules[number], key, name))
            changed.append(pattern(rule))
    edits, files = _wrapped(tree, edits, recipient, session)
    edits = _rules_last(edits)
    result = Added(recipient, tuple(changed), files)
    return Plan(session.guard(tree, edits), f"chore(secrets): {name} opens them", result)


def remove_recipient(snapshot: Snapshot, who: str, session: Session, *, refresh: bool = True) -> Plan[Removed]:
    """Plan to take a recipient, given by key or name, out of every rule, and to rotate every file that it opens.

    Raises UsageError for nobody, and for a file of theirs that no rule is for; RefusedError where nobody else would be
    left. `refresh` as in set_values.
    """
    tree = snapshot.tree
    rules = require_rules(tree)
    key = _key(rules, who)
    recipient = sops.recipient(key, name=rules.names.get(key))
    edits, changed = Edits(), list[str]()
    for number in reversed(range(len(rules.rules))):
        now = require_rules(Overlay(tree, edits))
        if _names(now.rules[number], key):
            _check_left(now.rules[number], recipient)
            edits = _ruled(tree, edits, sops.without_recipient(now, now.rules[number], key))
            changed.insert(0, pattern(now.rules[number]))
    edits = _ruled(tree, edits, sops.forgotten(require_rules(Overlay(tree, edits)).source, key))
    theirs = [file.path for file, found in encrypted(tree) if any(entry.text == key for entry in found.recipients)]
    edits, rotated = rekeyed(tree, edits, theirs, session, refresh=refresh)
    edits = _rules_last(edits)
    message = f"chore(secrets): {recipient.label} opens them no more"
    return Plan(session.guard(tree, edits), message, Removed(recipient, tuple(changed), rotated))


def replace_recipient(
    snapshot: Snapshot, who: str, key: str, session: Session, *, refresh: bool = True
) -> Plan[Replaced]:
    """Plan to put `key` in the place of the one that `who`, a name or key, has lost; the name stays.

    Every file that the lost key opens gets a new data key. The same again is nothing to do. Raises UsageError for
    nobody, and for a key that somebody has already. `refresh` as in set_values.
    """
    tree = snapshot.tree
    rules = require_rules(tree)
    lost = _key(rules, who)
    recipient = _usable(key, rules.names.get(lost))
    theirs = [file.path for file, found in encrypted(tree) if any(entry.text == lost for entry in found.recipients)]
    named = tuple(pattern(rule) for rule in rules.rules if _names(rule, lost))
    if lost == key:
        return Plan(Edits(), "", Replaced(recipient, lost, (), Rotated(())))
    if not named or any(_names(rule, key) for rule in rules.rules):
        message = "this key is in the rules already" if named else "no rule names the lost key"
        raise UsageError(message, path=sops.PATH, hint="infra-tool secret recipient list")
    edits = _ruled(tree, Edits(), rules.source.replace(lost.encode(), key.encode()))
    edits, rotated = rekeyed(tree, edits, theirs, session, refresh=refresh)
    message = f"chore(secrets): another key for {recipient.label}"
    return Plan(session.guard(tree, _rules_last(edits)), message, Replaced(recipient, lost, named, rotated))


def _usable(key: str, name: str | None) -> Recipient:
    recipient = sops.recipient(key, name=name)
    if recipient.problem:
        raise UsageError(f"the recipient {recipient.problem}", hint="a public age key begins with age1")
    return recipient


def _recipient(rules: Rules, key: str, name: str) -> Recipient:
    recipient = _usable(key, name)
    if " ".join(name.split()) != name or not name.isprintable() or not name:
        raise UsageError("a holder's name is one line of text")
    for other, holder in rules.names.items():
        if (other == key) != (holder == name):
            raise UsageError(f"{holder} holds {other}", hint="each key has one holder, and each holder's name one key")
    return recipient


def _chosen(rules: Rules, only: Iterable[str]) -> Iterator[Rule]:
    known = {pattern(rule): rule for rule in rules.rules}
    for problem in rules.problems:
        raise UsageError(problem.message, path=sops.PATH, line=problem.line)
    for text in only or known:
        if text not in known:
            hint = did_you_mean(text, known) or f"rules: {'; '.join(known)}"
            raise UsageError(f"no rule has the pattern {text}", path=sops.PATH, hint=hint)
        yield known[text]


def _key(rules: Rules, who: str) -> str:
    """Return the key of a holder, or `who` itself when it is one."""
    found = [key for key, name in rules.names.items() if name == who]
    if found:
        return found[0]
    if sops.recipient(who).kind == "unknown" and who not in rules.names:
        hint = did_you_mean(who, rules.names.values()) or f"holders: {', '.join(rules.names.values()) or 'none'}"
        raise UsageError("nobody is called so, and it is no public key", path=sops.PATH, hint=hint)
    return who


def _check_left(rule: Rule, recipient: Recipient) -> None:
    if len(rule.recipients) == 1:
        message = f"{recipient.label} is the only one who can open what this rule is for"
        raise RefusedError(message, path=sops.PATH, line=rule.line, hint="infra-tool secret recipient add KEY, first")


def _wrapped(tree: Tree, edits: Edits, recipient: Recipient, session: Session) -> tuple[Edits, tuple[str, ...]]:
    """Return the edits with every file that a rule of this recipient is for wrapped for it too, and their paths."""
    ruled = Overlay(tree, edits)
    rules, means = require_rules(ruled), session.means(ruled)
    files = []
    for file, found in encrypted(tree):
        rule = rules.match(file.path)
        opens = any(entry.text == recipient.text for entry in found.recipients)
        if rule is None or opens or not _names(rule, recipient.text):
            continue
        writer = sops.rule_writer(file.path, rule, session.backend)
        new = writer.add_recipient(file.data, file.path, recipient.text, means)
        edits = edits.write(file.path, new, tree.entries[file.path].mode)
        files.append(file.path)
    return edits, tuple(files)


def _names(rule: Rule, key: str) -> bool:
    return any(entry.text == key for entry in rule.recipients)


def _ruled(tree: Tree, edits: Edits, data: bytes) -> Edits:
    return edits.write(sops.PATH, data, tree.entries[sops.PATH].mode)


def _rules_last(edits: Edits) -> Edits:
    """Write the rules behind the files, so that after a kill the same call still knows whom it is about."""
    files = {path: file for path, file in edits.files.items() if path != sops.PATH}
    return Edits({**files, **{path: file for path, file in edits.files.items() if path == sops.PATH}})
