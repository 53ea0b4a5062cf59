"""An expression `${{ ... }}` in a workflow is not closed.

Gitea refuses the whole file, or hands the text to the script as it is, where the shell fails on it.

```yaml
run: echo ${{ github.sha }      # }}
```

Fix: close it with two braces.
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.workflow import Workflow

CODE = "G002"
NAME = "unclosed-expression"
SEVERITY: Severity = "error"

OPEN = re.compile(r"\$\{\{(?!(?:(?!\$\{\{)[\s\S])*?\}\})[^\n]*")
"""An expression without an end before the next one begins, up to the end of its line."""


def check(workflow: Workflow) -> Iterator[Mark]:
    """Yield where an expression begins that does not end."""
    for node in workflow.scalars:
        if "${{" in node.value:
            excerpt = workflow.excerpt(node)
            for match in OPEN.finditer(excerpt.text):
                yield workflow.mark(excerpt, match, "the expression is not closed", "close it with }}")
