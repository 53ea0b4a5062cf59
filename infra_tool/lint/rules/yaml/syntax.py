"""A file is not YAML.

Nobody can read it: neither kustomize nor Flux, nor any other rule. What is built with it stays as it is in the cluster.
Mostly a wrong indentation, or a text with `: ` in it that needs quotes.

```yaml
annotations:
  note: TODO: remove     # a mapping cannot start here: write "TODO: remove"
```

Fix: correct the place that the message names; what is wrong may begin a line above it. Templates of Helm and Jinja
(with `{{` in them) are not judged, unless a kustomization lists them.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.read import is_template
from infra_tool.lint.subject import Facts, Source
from infra_tool.lint.unreadable import reason

CODE = "Y001"
NAME = "syntax"
SEVERITY: Severity = "error"


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- as every rule about a file
    """Yield the place where reading had to stop."""
    error = source.error
    if error is not None and not is_template(source) and reason(source, error) == "syntax":
        line, column = error.line or 1, error.column or 1
        yield Mark(source.path, line, column, None, None, f"not YAML: {error.message}", error.hint)
