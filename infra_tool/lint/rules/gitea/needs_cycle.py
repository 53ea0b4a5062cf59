"""Jobs of a workflow wait for each other.

None of them ever starts.

```yaml
jobs:
  ci:
    needs: [deploy]
  deploy:
    needs: [ci]
```

Fix: take one of the needs out.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.workflow import Workflow, ways

CODE = "G003"
NAME = "needs-cycle"
SEVERITY: Severity = "error"


def check(workflow: Workflow) -> Iterator[Mark]:
    """Yield each cycle once, at the first of its jobs."""
    told: set[str] = set()
    for job in workflow.jobs:
        way = ways(workflow.jobs, job).get(job.name)
        if way is not None and job.name not in told:
            told.update(way)
            need = next(need for need in job.needs if need.value == way[1])
            yield at(workflow.file, need, f"jobs wait for each other: {' -> '.join(way)}", "take one of the needs out")
