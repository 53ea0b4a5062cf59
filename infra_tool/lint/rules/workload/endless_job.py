"""A Job stays for ever when it is done, or a CronJob may start again while the last run is going on.

Finished pods pile up; runs that overlap work on the same data. For profile `restricted`.

```yaml
kind: Job
spec:
  ttlSecondsAfterFinished: 86400
```

Fix: set `ttlSecondsAfterFinished` of a Job, and `concurrencyPolicy: Forbid` (or Replace) of a CronJob.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.cluster.object import CRON_JOB, JOB
from infra_tool.lint.cluster.point import point
from infra_tool.lint.cluster.policy import objects
from infra_tool.lint.cluster.values import get, leaf
from infra_tool.lint.mark import Mark

CODE = "W018"
NAME = "endless-job"
SEVERITY: Severity = "info"
PROFILE = "restricted"


def check(cluster: Cluster) -> Iterator[Mark]:
    """Yield Jobs that pile up."""
    for job in objects(cluster, JOB):
        if get(job.value, "spec", "ttlSecondsAfterFinished") is None:
            name = leaf(job.value, "metadata", "name")
            yield point(job, name, f"Job {job.name} stays when it is done", "set ttlSecondsAfterFinished")
    for job in objects(cluster, CRON_JOB):
        policy = leaf(job.value, "spec", "concurrencyPolicy")
        if policy is None or policy.text == "Allow":
            place = policy or leaf(job.value, "spec", "schedule")
            yield point(job, place, f"runs of CronJob {job.name} may overlap", "set concurrencyPolicy: Forbid")
