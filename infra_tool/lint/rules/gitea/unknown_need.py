"""A job waits for a job that is not in the same file.

Jobs of other workflows do not count, whatever their names: Gitea waits for ever, and the job never starts.

```yaml
jobs:
  deploy:
    needs: [ci]         # ci is in another file of .gitea/workflows
```

Fix: put both jobs into one file, or correct the name.
"""

from collections.abc import Iterator

from infra_tool import repo as repos
from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.workflow import Workflow

CODE = "G004"
NAME = "unknown-need"
SEVERITY: Severity = "error"


def check(workflow: Workflow) -> Iterator[Mark]:
    """Yield each need that names no job."""
    names = [job.name for job in workflow.jobs]
    for job in workflow.jobs:
        for need in job.needs:
            if need.value not in names and "${{" not in need.value:
                others = [name for name in names if name != job.name]
                help_ = repos.did_you_mean(need.value, others) or "put both jobs into one file"
                message = f"{job.name} needs {need.value}, which is no job of this file: it waits for ever"
                yield at(workflow.file, need, message, help_)
