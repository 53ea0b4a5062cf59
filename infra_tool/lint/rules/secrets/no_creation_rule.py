r"""An encrypted file is matched by no rule of `.sops.yaml`.

Nobody knows whom it should be encrypted to: `sops updatekeys` and a rotation of keys pass it by, so that a person who
left still opens it. Mostly the file was moved, or encrypted with keys on the command line. Without a `.sops.yaml` at
the root of the repo nothing is judged.

```yaml
# .sops.yaml has only `path_regex: \.enc\.ya?ml$`; the file is apps/n8n/secret.yaml
```

Fix: rename the file so that a rule matches it, or add a rule.
"""

from collections.abc import Iterator

from infra_tool import sops
from infra_tool.finding import Severity
from infra_tool.lint.encryption import is_encrypted
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Facts, Source
from infra_tool.yamldoc import Mapping

CODE = "S006"
NAME = "no-creation-rule"
SEVERITY: Severity = "warning"


def check(source: Source, facts: Facts) -> Iterator[Mark]:
    """Yield encrypted files that no rule is for."""
    if source.file is None or facts.rules is None or not is_encrypted(source) or not sops.is_encrypted(source.file):
        return
    if facts.rules.match(source.path) is None:
        root = source.file.documents[0].root
        block = root.key("sops") if isinstance(root, Mapping) else root
        help_ = f"add a rule to {sops.PATH}, or rename the file so that one matches it"
        yield at(source.file, block, f"no creation rule of {sops.PATH} matches this file", help_)
