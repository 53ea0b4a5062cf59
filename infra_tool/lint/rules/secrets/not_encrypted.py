"""A file that must be encrypted is not: its name says so, or a rule of `.sops.yaml` that is for secrets only.

Names are `*.enc.*` and `*.sops.*`. A rule that would match a kustomization file beside it is for every manifest, unless
its pattern speaks of secrets: it does not say which of them must be encrypted; then S001 looks at Secrets alone.

```yaml
# apps/n8n/secrets.enc.yaml, as somebody wrote it
kind: Secret
stringData:
  DB_PASSWORD: hunter2
```

Fix: `infra-tool encrypt-secret FILE`. If it was ever pushed, give the service a new password as well.
"""

import posixpath
import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.encryption import is_encrypted
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Source
from infra_tool.sops import PATH, Rules

CODE = "S002"
NAME = "not-encrypted"
SEVERITY: Severity = "error"

NAMES = re.compile(r"[^/]\.(enc|sops)\.(ya?ml|json|env|ini|txt|bin|toml)$")
SPEAKS_OF_SECRETS = re.compile(r"secret|credential|private|\benc\b|\bsops\b", re.IGNORECASE)
NOT_SECRET = re.compile(
    r"(^|/)(kustomization\.ya?ml|Kustomization|\.[^/]*|[^/]*\.(md|pub|txt|tmpl|tpl|gotmpl|j2|jinja2?|template|example|sample))$"
)
"""Files that a rule with a loose path_regex matches by the way: texts, public keys, templates."""


def check(source: Source, facts: Facts) -> Iterator[Mark]:
    """Yield a file that should be encrypted and is not."""
    if is_encrypted(source) or _is_empty(source):
        return
    if NAMES.search(source.path):
        reason = "its name says that it is"
    elif facts.rules is not None and (line := _rule(facts.rules, source.path)) is not None:
        reason = f"the rule in line {line} of {PATH} is for it"
    else:
        return
    help_ = f"infra-tool encrypt-secret {source.path}"
    yield Mark(source.path, 1, 1, None, None, f"this file is not encrypted, and {reason}", help_)


def _is_empty(source: Source) -> bool:
    if source.file is not None:
        return all(document.root is None for document in source.file.documents)
    return not source.data.strip()


def _rule(rules: Rules, path: str) -> int | None:
    """Return the line of the rule for a path, if it is one for secrets."""
    rule = rules.match(path)
    if rule is None or NOT_SECRET.search(path):
        return None
    beside = posixpath.join(posixpath.dirname(path), "kustomization.yaml")
    is_specific = SPEAKS_OF_SECRETS.search(rule.path_regex or "") or not rule.matches(beside)
    return rule.line if is_specific else None
