"""A workflow puts a secret into the text of a script.

The secret becomes part of the command: a quote, a dollar or a line break in it changes what the shell does, and the
runner writes the script to a file that outlives the step when the machine dies.

```yaml
- run: ./push --token ${{ secrets.TOKEN }}
```

Fix: hand it over as an environment variable.

```yaml
- env:
    TOKEN: ${{ secrets.TOKEN }}
  run: ./push                 # which reads $TOKEN
```
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.workflow import Excerpt, Workflow

CODE = "G007"
NAME = "secret-in-script"
SEVERITY: Severity = "warning"

SECRET = re.compile(r"\$\{\{(?:(?!\}\}).)*?\bsecrets\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_]*)|\[)(?:(?!\}\}).)*\}\}")


def check(workflow: Workflow) -> Iterator[Mark]:
    """Yield each secret that a script holds."""
    for step in workflow.steps:
        script = step.scalar("run")
        excerpt = workflow.excerpt(script) if script is not None else Excerpt("", 0)
        for match in SECRET.finditer(excerpt.text):
            name = match[1] or "NAME"
            help_ = f'set it under env: and write "${name}" in the script'
            yield workflow.mark(excerpt, match, f"the secret {match[1] or 'here'} becomes part of the script", help_)
