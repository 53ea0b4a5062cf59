"""A job that deploys does not wait for the other jobs of its workflow.

They run at the same time, so that what the tests refuse is deployed before they have done so. `if: always()` does the
same to a job that needs others.

```yaml
jobs:
  ci: ...
  deploy:
    needs: [ci]         # without this line
```

Fix: let it need the jobs that have to pass. Jobs called `deploy`, or with a name that begins or ends so, are judged.
"""

import re
from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.workflow import Job, Workflow, awaited
from infra_tool.yamldoc import Scalar

CODE = "G005"
NAME = "ungated-deploy"
SEVERITY: Severity = "error"

DEPLOYS = re.compile(r"(?:.*[-_])?deploy(?:ment)?(?:[-_].*)?", re.IGNORECASE)
WHATEVER = re.compile(r"\balways\(\)|\bfailure\(\)|!\s*cancelled\(\)")
CHECKED = "needs."
"""What a condition looks at when it decides by the result of a job itself."""


def check(workflow: Workflow) -> Iterator[Mark]:
    """Yield each deploying job that others do not hold back."""
    for job in workflow.jobs:
        if DEPLOYS.fullmatch(job.name):
            yield from _ungated(workflow, job)


def _ungated(workflow: Workflow, job: Job) -> Iterator[Mark]:
    gates = [other.name for other in workflow.jobs if _can_gate(workflow, other, job)]
    if gates and not job.is_merged and not awaited(workflow.jobs, job) & {*gates}:
        message = f"{job.name} does not wait for {' and '.join(gates)}"
        yield at(workflow.file, job.key, message, f"add needs: [{', '.join(gates)}]")
    condition = job.body.get("if") if job.body is not None else None
    if job.needs and isinstance(condition, Scalar) and CHECKED not in condition.value:
        excerpt = workflow.excerpt(condition)
        for match in WHATEVER.finditer(excerpt.text):
            yield workflow.mark(
                excerpt, match, f"{match[0]}: {job.name} runs whatever became of the jobs that it needs"
            )


def _can_gate(workflow: Workflow, other: Job, job: Job) -> bool:
    """Tell whether a job could come before one: it deploys nothing itself, and does not wait for that one."""
    return not DEPLOYS.fullmatch(other.name) and job.name not in awaited(workflow.jobs, other)
