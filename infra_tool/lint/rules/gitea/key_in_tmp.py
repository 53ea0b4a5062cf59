"""A workflow writes a key, or another secret, below `/tmp`.

On a runner that is no container others can read it there, other runs find it, and it stays when the run is killed.

```yaml
- run: echo "$DEPLOY_KEY" > /tmp/deploy_key
```

Fix: hand it over without a file: `ssh-add -` reads a key from its input, `infra-tool bump` has `--ssh-key-env NAME`. A
file from `mktemp`, removed by a trap, is the second best.
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.workflow import Workflow

CODE = "G009"
NAME = "key-in-tmp"
SEVERITY: Severity = "error"

PLACE = re.compile(r"(?<![\w./-])/(?:var/)?tmp/[^\s\"';|&)]+")
KEY = re.compile(
    r"(?:^|[-_.])(?:id_(?:rsa|ed25519|ecdsa|dsa)|(?:deploy|ssh|age|private)?keys?)(?:$|[-_.])|\.(?:pem|key|agekey)$",
    re.IGNORECASE,
)
"""The names of files that hold a key."""

SENSITIVE = re.compile(r"\$\{?\w*(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)\w*\b|\$\{\{\s*secrets\.")
WRITES = re.compile(r"(?:>|\btee\b(?:\s+-\S+)*|/dev/stdin)\s*[\"']?$")
HELP = "hand it over without a file: ssh-add reads a key from its input"


def check(workflow: Workflow) -> Iterator[Mark]:
    """Yield the place of each."""
    for line in (line for node in workflow.scalars for line in workflow.lines(node)):
        for match in PLACE.finditer(line.text):
            if _holds_key(line.text, match):
                yield workflow.mark(line, match, f"a key in {match[0]}: others can read it, and it stays", HELP)


def _holds_key(line: str, place: re.Match[str]) -> bool:
    """Tell whether a file is called so, or a secret is written to it on the same line."""
    is_written = WRITES.search(line[: place.start()]) is not None and SENSITIVE.search(line) is not None
    return is_written or KEY.search(place[0].rpartition("/")[2]) is not None
