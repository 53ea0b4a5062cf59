"""Let a new cluster open what a rule of `.sops.yaml` is for."""

from infra_tool import sops
from infra_tool.edits import Edits, Overlay, Tree
from infra_tool.errors import UsageError


def add(tree: Tree, edits: Edits, path: str, recipient: str, holder: str) -> Edits:
    """Add a recipient, with a comment that names its holder, to the rule that is for `path`; nothing if it is there.

    Raises UsageError when there is no such rule, or when it is written in a way that has no one place for a recipient.
    """
    seen = Overlay(tree, edits)
    rules = sops.load_rules(seen)
    rule = rules.match(path) if rules else None
    if rules is None or rule is None:
        hint = "run infra-tool init first; --commit and --push see only what is committed"
        raise UsageError(f"no rule of {sops.PATH} is for {path}", hint=hint)
    if any(known.text == recipient for known in rule.recipients):
        return edits
    return edits.write(sops.PATH, sops.with_recipient(rules, rule, recipient, holder), seen.entries[sops.PATH].mode)
