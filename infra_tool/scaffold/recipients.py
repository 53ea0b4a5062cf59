"""Add a recipient to the rules of `.sops.yaml`, comments kept."""

from infra_tool import sops, splice, yamldoc
from infra_tool.edits import Edits, Overlay, Tree
from infra_tool.errors import UsageError
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc import Mapping, Scalar, Sequence, YamlFile, follow, lookup


def add(tree: Tree, edits: Edits, path: str, recipient: str, holder: str) -> Edits:
    """Add a recipient, with a comment that names its holder, to the rule that is for `path`; nothing if it is there.

    Raises UsageError when there is no such rule, or when it is written in a way that has no one place for a recipient.
    """
    seen = Overlay(tree, edits)
    rules = sops.load_rules(seen)
    rule = rules.match(path) if rules else None
    if rules is None or rule is None:
        raise UsageError(f"no rule of {sops.PATH} is for {path}", hint="run infra-tool init first")
    if any(known.text == recipient for known in rule.recipients):
        return edits
    file = yamldoc.parse(rules.source, sops.PATH)
    listed = lookup(file.documents[0].root, "creation_rules")
    number = rules.rules.index(rule)
    node = follow(listed.items[number]) if isinstance(listed, Sequence) else None
    if not isinstance(node, Mapping):
        raise UsageError("this rule has no list of age recipients", path=sops.PATH, line=rule.line)
    return edits.write(sops.PATH, _added(file, node, number, recipient, holder), seen.entries[sops.PATH].mode)


def _added(file: YamlFile, rule: Mapping, number: int, recipient: str, holder: str) -> bytes:
    keys = rule.get("age")
    if isinstance(keys, Scalar) and not rule.get("key_groups"):
        longer = yamldoc.replace_scalar(file, keys, f"{keys.value.rstrip().rstrip(',')},{recipient}")
        return splice.apply(file.data, [longer])
    if not isinstance(keys, Sequence) or rule.get("key_groups"):
        raise UsageError(
            "the recipients of this rule are in key groups or missing",
            path=sops.PATH,
            line=file.line(rule),
            hint=f"add {recipient} ({holder}) by hand",
        )
    data = splice.apply(file.data, [yamldoc.insert_item(file, rule, "age", recipient, keep_sorted=False)])
    return _named(yamldoc.parse(data, sops.PATH), number, recipient, holder)


def _named(file: YamlFile, number: int, recipient: str, holder: str) -> bytes:
    """Put the comment behind the new item; a list in one line has no place for one."""
    keys = lookup(file.documents[0].root, "creation_rules", number, "age")
    item = follow(keys.items[-1]) if isinstance(keys, Sequence) else None
    if not isinstance(item, Scalar) or item.value != recipient or (isinstance(keys, Sequence) and keys.flow):
        return file.data
    end = file.span(item).end
    return splice.apply(file.data, [Splice(Span(end, end), f"  # {holder}".encode())])
