"""A workflow talks ssh to whoever answers: the check of the host's key is off.

Anybody on the way can answer in the server's place, take what is pushed or hand out other code. `accept-new` and
`ssh-keyscan` in the same run are hardly better, since each run starts without memory: those are warnings.

```yaml
- run: git -c core.sshCommand='ssh -o StrictHostKeyChecking=no' push
```

Fix: keep the server's key in a variable, write it to a file, and name that: `-o UserKnownHostsFile=FILE` with
`StrictHostKeyChecking=yes`; `infra-tool bump` has `--known-hosts FILE`.
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.workflow import Workflow

CODE = "G008"
NAME = "unchecked-host-key"
SEVERITY: Severity = "error"

OFF = re.compile(
    r"\bStrictHostKeyChecking[= \t]+[\"']?(?:no|off|false)\b|\b(?:User|Global)KnownHostsFile[= \t]+[\"']?/dev/null",
    re.IGNORECASE,
)
WEAK = re.compile(r"\bStrictHostKeyChecking[= \t]+[\"']?accept-new\b|\bssh-keyscan\b(?=.*(?:>|\btee\b))", re.IGNORECASE)
HELP = "write the server's known key to a file and name that with UserKnownHostsFile"


def check(workflow: Workflow) -> Iterator[Mark]:
    """Yield where the check is off, or trusts whoever answers first."""
    for line in (line for node in workflow.scalars for line in workflow.lines(node)):
        for match in OFF.finditer(line.text):
            yield workflow.mark(line, match, "the key of the host is not checked", HELP)
        for match in WEAK.finditer(line.text):
            mark = workflow.mark(line, match, "the first host that answers is trusted", HELP)
            yield mark._replace(severity="warning")
