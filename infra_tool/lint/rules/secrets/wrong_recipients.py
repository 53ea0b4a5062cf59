"""A file is encrypted to other people than its rule in `.sops.yaml` names.

Whoever is in the file and not in the rule can still read it: mostly a person who left. Whoever is in the rule and not
in the file cannot: mostly a new cluster, whose Flux will fail. Age and PGP recipients are compared; a cloud's keys and
files that need keys of several groups are not.

```yaml
# .sops.yaml names laura and cluster koala, the file opens for laura and martin
sops:
  age:
    - recipient: age1...           # martin's
```

Fix: `infra-tool secret rotate FILE` encrypts it anew to whom the rule names. Who could read it still has the old
values: where a person left, set new ones.
"""

from collections.abc import Iterator

from infra_tool import sops
from infra_tool.finding import Severity
from infra_tool.lint.encryption import is_encrypted
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Facts, Source
from infra_tool.sops import Metadata, Recipient, Rule, Rules
from infra_tool.yamldoc import Node, Sequence, YamlFile, lookup, text

CODE = "S005"
NAME = "wrong-recipients"
SEVERITY: Severity = "error"

NOT_COMPARED = frozenset({"kms", "unknown"})


def check(source: Source, facts: Facts) -> Iterator[Mark]:
    """Yield recipients that are too many, and those that are missing."""
    if source.file is None or facts.rules is None or not is_encrypted(source):
        return
    found, rule = sops.read_metadata(source.file), facts.rules.match(source.path)
    if found is None or rule is None or rule.problems or found.groups or rule.groups > 1:
        return
    yield from _differences(source.file, found, rule, facts.rules)


def _differences(file: YamlFile, found: Metadata, rule: Rule, rules: Rules) -> Iterator[Mark]:
    has, wants = _compared(found.recipients), _compared(rule.recipients)
    names = rules.names if has.keys() != wants.keys() else {}
    help_ = f"infra-tool secret rotate {file.path}"
    for key in has.keys() - wants.keys():
        extra = has[key].named(names.get(has[key].text)).label
        message = f"{extra} can read this file, and the rule in line {rule.line} of {sops.PATH} does not name it"
        yield at(file, _place(found, has[key]), message, help_)
    for key in wants.keys() - has.keys():
        message = f"{wants[key].label} cannot read this file, and the rule in line {rule.line} of {sops.PATH} names it"
        yield at(file, found.node.key("age") or found.node, message, help_)


def _compared(recipients: tuple[Recipient, ...]) -> dict[str, Recipient]:
    """Return what can be compared; of an SSH key without its comment."""
    return {_key(each): each for each in recipients if each.kind not in NOT_COMPARED}


def _key(each: Recipient) -> str:
    if each.kind == "pgp":
        return each.text.replace(" ", "").upper()
    return " ".join(each.text.split()[:2])


def _place(found: Metadata, extra: Recipient) -> Node:
    listed = lookup(found.node, "age")
    for item in listed.values() if isinstance(listed, Sequence) else ():
        if text(item, "recipient") == extra.text:
            return lookup(item, "recipient") or item
    return found.node
