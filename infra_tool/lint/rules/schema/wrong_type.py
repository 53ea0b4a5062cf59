"""A value is of another type than its field takes, at the target version of Kubernetes.

The API server refuses the object. Typical are numbers and booleans in quotes, and environment variables or labels
without: YAML reads `value: 8080` as a number, and Kubernetes takes only strings there.

```yaml
env:
  - name: PORT
    value: 8080          # a number
```

Fix: put the value in quotes, or take them away. A value that Flux substitutes (`${VAR}`) and one that is encrypted are
not judged.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint import fix
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Applied, Facts
from infra_tool.lint.violations import violating
from infra_tool.yamldoc import Node, Scalar, YamlFile

CODE = "K004"
NAME = "wrong-type"
SEVERITY: Severity = "error"

QUOTE, UNQUOTE, BOOLEAN = "put it in quotes", "remove the quotes", "write true or false"
"""How the advice of a schema begins where quotes are all that is wrong."""


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:
    """Yield values of the wrong type."""
    for mark, node in violating("K004", applied, facts):
        yield fix.safely(mark, _fix(applied.file, node, mark.help or ""))


def _fix(file: YamlFile, node: Node, help_: str) -> fix.Fix:
    """Return the fix for quotes that are missing, or too many."""
    if not isinstance(node, Scalar):
        return ()
    if help_.startswith(QUOTE) and node.style is None:
        return fix.replaced(file, node, node.value)
    if help_.startswith(UNQUOTE) or (help_.startswith(BOOLEAN) and node.value in ("true", "false")):
        return fix.unquoted(file, node)
    return ()
