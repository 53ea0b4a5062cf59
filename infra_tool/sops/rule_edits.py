"""Change who a rule of `.sops.yaml` is for: the key and the name of its holder, nothing else in the file."""

import re
from collections.abc import Iterator

from infra_tool import splice, yamldoc
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.sops import rules as rule_file
from infra_tool.sops.rules import PATH, Rule, Rules
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc import Mapping, Scalar, Sequence, YamlFile, follow, lookup

COMMENT_LINE = re.compile(r"[ \t]*#[^\r\n]*(?:\r\n|\n|\r)\Z")
SEPARATOR = ","


def with_recipient(rules: Rules, rule: Rule, recipient: str, holder: str) -> bytes:
    """Return the file with a recipient added to a rule, and a comment behind it that names its holder.

    Raises UsageError when the rule is written in a way that has no one place for a recipient.
    """
    file, group = _group(rules, rule, recipient)
    keys = group.get("age")
    if isinstance(keys, Scalar):
        longer = f"{keys.value.rstrip().rstrip(SEPARATOR)}{SEPARATOR}{recipient}"
        data = splice.apply(file.data, [yamldoc.replace_scalar(file, keys, longer)])
    elif keys is None or isinstance(keys, Sequence):
        data = splice.apply(file.data, [yamldoc.insert_item(file, group, "age", recipient, keep_sorted=False)])
        data = _named(data, rules, rule, recipient, holder)
    else:
        raise _no_place(rule, recipient)
    return _checked(data, rules, rule, {*_texts(rule), recipient})


def without_recipient(rules: Rules, rule: Rule, recipient: str) -> bytes:
    """Return the file with a recipient taken out of a rule, with the comment that names its holder.

    Raises UsageError as with_recipient does.
    """
    file, group = _group(rules, rule, recipient)
    keys = group.get("age")
    if isinstance(keys, Scalar):
        left = [part for part in keys.value.split(SEPARATOR) if part.strip() not in ("", recipient)]
        edits = [yamldoc.replace_scalar(file, keys, SEPARATOR.join(part.strip() for part in left))]
    elif isinstance(keys, Sequence):
        edits = list(_removed(file, keys, recipient))
    else:
        raise _no_place(rule, recipient)
    return _checked(splice.apply(file.data, edits), rules, rule, {*_texts(rule)} - {recipient})


def _group(rules: Rules, rule: Rule, recipient: str) -> tuple[YamlFile, Mapping]:
    """Return the file, and the mapping in it that holds the rule's recipients."""
    file = yamldoc.parse(rules.source, PATH)
    node = lookup(file.documents[0].root, "creation_rules", rules.rules.index(rule))
    groups = lookup(node, "key_groups")
    if isinstance(groups, Sequence) and groups.items:
        node = follow(groups.items[0]) if len(groups.items) == 1 else None
    if not isinstance(node, Mapping):
        raise _no_place(rule, recipient)
    return file, node


def _no_place(rule: Rule, recipient: str) -> UsageError:
    message = "this rule has several key groups, or no list of age recipients"
    return UsageError(message, path=PATH, line=rule.line, hint=f"change it by hand: {recipient}")


def _named(data: bytes, rules: Rules, rule: Rule, recipient: str, holder: str) -> bytes:
    """Put the comment behind the new item; a list in one line has no place for one."""
    file, group = _group(Rules(rules.rules, data), rule, recipient)
    keys = group.get("age")
    item = follow(keys.items[-1]) if isinstance(keys, Sequence) and not keys.flow else None
    if not isinstance(item, Scalar) or item.value != recipient:
        return data
    end = file.span(item).end
    return splice.apply(data, [Splice(Span(end, end), f"  # {holder}".encode())])


def _removed(file: YamlFile, keys: Sequence, recipient: str) -> Iterator[Splice]:
    for index, item in enumerate(keys.items):
        target = follow(item)
        if isinstance(target, Scalar) and target.value.strip() == recipient:
            yield _with_name_above(file, item.start, yamldoc.remove_item(file, keys, index))


def _with_name_above(file: YamlFile, start: int, removal: Splice) -> Splice:
    """Widen a removal to the comment alone on the line above, if that is what names the key."""
    line_start = file.text.rfind("\n", 0, start) + 1
    line_end = file.text.find("\n", start)
    beside = file.text[start : line_end if line_end >= 0 else len(file.text)]
    above = COMMENT_LINE.search(file.text, file.text.rfind("\n", 0, max(line_start - 1, 0)) + 1, line_start)
    if above is None or " #" in beside or removal.span.start != file.byte(line_start):
        return removal
    return Splice(Span(file.byte(above.start()), removal.span.end), removal.text)


def _texts(rule: Rule) -> Iterator[str]:
    return (entry.text for entry in rule.recipients)


def _checked(data: bytes, rules: Rules, rule: Rule, wanted: set[str]) -> bytes:
    """Return `data` when only the recipients of one rule are other ones in it; raises InfraToolError otherwise."""
    expected = [wanted if one is rule else set(_texts(one)) for one in rules.rules]
    if [set(_texts(one)) for one in rule_file.read(data).rules] != expected:
        raise InfraToolError("the edit would change something else", path=PATH, hint="change it by hand")
    return data


def forgotten(data: bytes, recipient: str) -> bytes:
    """Return a `.sops.yaml` without a recipient in lists of keys outside of the rules, which give them anchors."""
    file = yamldoc.parse(data, PATH)
    root = file.documents[0].root if file.documents else None
    edits: list[Splice] = []
    for name, listed in root.pairs() if isinstance(root, Mapping) else ():
        if name.value != "creation_rules" and isinstance(listed, Sequence):
            edits += _removed(file, listed, recipient)
    return splice.apply(data, edits)
