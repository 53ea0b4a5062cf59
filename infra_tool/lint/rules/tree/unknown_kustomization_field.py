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
from infra_tool.kustomize import UnknownField, WrongType
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.problems import problems
from infra_tool.lint.subject import Repo

CODE = "T008"
NAME = "unknown-kustomization-field"
SEVERITY: Severity = "error"

TAG = re.compile(r"images\[\d+\]\.newTag")


def check(repo: Repo) -> Iterator[Mark]:
    """Yield every field that kustomize would refuse, a tag without quotes left to I011."""
    for problem in problems(repo, UnknownField, WrongType):
        if not (isinstance(problem, WrongType) and TAG.fullmatch(problem.name)):
            yield at(problem.file, problem.node, problem.message, problem.hint)
