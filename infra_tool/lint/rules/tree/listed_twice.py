"""One kustomization includes the same thing twice.

Kustomize refuses it: each object would be there twice. It happens when two branches that add a service are merged.

```yaml
resources:
  - deployment.yaml
  - service.yaml
  - ./deployment.yaml     # the same file, spelt otherwise
```

Fix: remove one of the two.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Twice
from infra_tool.lint import fix
from infra_tool.lint.mark import Mark
from infra_tool.lint.problems import mark, problems
from infra_tool.lint.subject import Repo

CODE = "T004"
NAME = "listed-twice"
SEVERITY: Severity = "error"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield the second of two entries for one thing."""
    for problem in problems(repo, Twice):
        made = mark(repo, problem)
        fix_ = fix.without_item(problem.file, problem.node) if problem.node is not None else ()
        yield fix.safely(made, fix_) if made.path == problem.file.path else made
