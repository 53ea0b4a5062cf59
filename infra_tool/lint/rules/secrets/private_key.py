"""A private key is in the tree: of age, PGP, SSH, TLS, or of a kubeconfig.

Whoever reads the repo can decrypt every secret in it, or log in as its owner, and git keeps the key for ever. A key in
documentation or in a test counts as well: nobody can see that it opens nothing.

```text
AGE-SECRET-KEY-1...
```

Fix: take the file out and ignore it. If it was ever pushed the key is lost: make a new one, and rotate what it opens.
"""

from collections.abc import Iterator

from infra_tool import sops
from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Source
from infra_tool.yamldoc import YamlFile

CODE = "S011"
NAME = "private-key"
SEVERITY: Severity = "error"

SIGNS = (b"AGE-SECRET-KEY-", b"AGE-PLUGIN-", b"PRIVATE KEY", b"client-key-data")
HELP = "take it out of the repo; if it was pushed, make a new key and rotate what this one opens"


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- the same for every rule
    """Yield private keys in any text."""
    if not any(sign in source.data for sign in SIGNS):
        return
    text = source.data.decode("utf-8-sig", errors="replace")
    lines = YamlFile(source.path, source.data, text, ())
    for start, end, name in sops.find_private_keys(text):
        first, last = lines.position(start), lines.position(end)
        yield Mark(source.path, *first, *last, f"{name} is in the repo", HELP)
