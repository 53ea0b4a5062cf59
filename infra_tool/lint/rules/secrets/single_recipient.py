r"""Only one key opens a file: who loses it loses the secrets.

A laptop breaks, a cluster is rebuilt, and nobody can read what runs in production any more. Told at the rule of
`.sops.yaml`, or at the file where no rule is for it. Keys that a cloud holds for you do not count as one that is lost.

```yaml
creation_rules:
  - path_regex: \.enc\.ya?ml$
    age:
      - age1...                    # laura, and nobody else
```

Fix: `infra-tool secret recipient add` a recovery key, whose private half lies on paper or a medium in a drawer.
"""

from collections.abc import Iterator

from infra_tool import sops
from infra_tool.finding import Severity
from infra_tool.lint.encryption import is_encrypted
from infra_tool.lint.mark import Mark, at, on_line
from infra_tool.lint.subject import Facts, Source
from infra_tool.sops import Recipient

CODE = "S023"
NAME = "single-recipient"
SEVERITY: Severity = "warning"

HELP = "infra-tool secret recipient add, with a recovery key that is kept elsewhere"


def check(source: Source, facts: Facts) -> Iterator[Mark]:
    """Yield rules, and files without a rule, with one recipient."""
    rules, file = facts.rules, source.file
    if file is None:
        return
    if source.path == sops.PATH:
        for rule in rules.rules if rules is not None else ():
            if (only := _only(rule.recipients)) is not None:
                yield on_line(file, rule.line, f"{only.label} alone can read what this rule is for", HELP)
    elif is_encrypted(source) and (rules is None or rules.match(source.path) is None):
        found = sops.read_metadata(file)
        if found is not None and (only := _only(found.recipients)) is not None:
            yield at(file, found.node, f"{only.label} alone can read this file", HELP)


def _only(recipients: tuple[Recipient, ...]) -> Recipient | None:
    return recipients[0] if len(recipients) == 1 and recipients[0].kind != "kms" else None
