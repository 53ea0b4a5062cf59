"""A kustomization file has a field that kustomize does not know, or a value of the wrong type.

Kustomize refuses the file, and with it everything that is built with it. Kustomization files are read as YAML 1.1:
`on`, `no` and `y` are booleans there and `1.10` is a number, unless they are quoted.

```yaml
resource:               # the field is called resources
  - deployment.yaml
namespace: on           # a boolean: write "on"
```

Fix: correct the name or quote the value. Fields for your own use, such as `x-common`, are not possible here.
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Problem, UnknownField, WrongType
from infra_tool.lint import fix
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.problems import problems
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Scalar

CODE = "T008"
NAME = "unknown-kustomization-field"
SEVERITY: Severity = "error"

TAG = re.compile(r"images\[\d+\]\.newTag")


def check(repo: Repo) -> Iterator[Mark]:
    """Yield every field that kustomize would refuse, a tag without quotes left to I011."""
    for problem in problems(repo, UnknownField, WrongType):
        if not (isinstance(problem, WrongType) and TAG.fullmatch(problem.name)):
            mark = at(problem.file, problem.node, problem.message, problem.hint)
            yield fix.safely(mark, _fix(problem))


def _fix(problem: Problem) -> fix.Fix:
    if not isinstance(problem.node, Scalar):
        return ()
    if isinstance(problem, UnknownField) and problem.close is not None:
        return fix.renamed(problem.file, problem.node, problem.close)
    if isinstance(problem, WrongType) and problem.is_quotable:
        return fix.replaced(problem.file, problem.node, problem.node.value)
    return ()
