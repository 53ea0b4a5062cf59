"""A workflow that Gitea cannot run: no trigger, no jobs, a job without `runs-on` or `steps`, a step with no clear task.

Gitea shows an error on the page of Actions, or nothing at all, and no run: what should have been tested or deployed was
not, and no mail says so.

```yaml
jobs:
  ci:
    runs-on: host
    steps:
      - uses: actions/checkout@v4
        run: make test            # a step either uses an action or runs a script
```

Fix: add what is missing. A step has `uses` or `run`, never both; a job has `runs-on` and `steps`, or `uses` for a
workflow that it calls.
"""

from collections.abc import Iterator

from infra_tool import repo as repos
from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.workflow import Job, Step, Workflow
from infra_tool.yamldoc import Content, Mapping, Scalar, Sequence, YamlFile

CODE = "G001"
NAME = "invalid-workflow"
SEVERITY: Severity = "error"

RUNS_ON = "runs-on"
TOP = ("name", "on", "jobs", "env", "defaults", "permissions", "concurrency", "run-name")
OF_JOB = (
    *("name", "needs", "permissions", "runs-on", "environment", "concurrency", "outputs", "env", "defaults", "if"),
    *("steps", "timeout-minutes", "strategy", "continue-on-error", "container", "services", "uses", "with", "secrets"),
)
OF_STEP = (
    *("id", "if", "name", "uses", "run", "working-directory", "shell", "with", "env", "continue-on-error"),
    "timeout-minutes",
)


def check(workflow: Workflow) -> Iterator[Mark]:
    """Yield what keeps a workflow from running."""
    root = workflow.root
    if root is None:
        yield at(workflow.file, None, "the workflow is empty: it has no jobs")
        return
    yield from _misspelt(workflow.file, root, TOP)
    if root.key("on") is None:
        yield at(workflow.file, root, "the workflow has no `on`: nothing starts it", "such as on: [push]")
    if not workflow.jobs:
        yield at(workflow.file, root.key("jobs"), "the workflow has no jobs")
    for job in workflow.jobs:
        yield from _job(workflow, job)


def _job(workflow: Workflow, job: Job) -> Iterator[Mark]:
    if job.body is None:
        yield at(workflow.file, job.key, f"job {job.name} says nothing")
        return
    yield from _misspelt(workflow.file, job.body, OF_JOB)
    if job.body.key("uses") is None and not job.is_merged:
        yield from _lacking(workflow, job, job.body)
    for step in job.steps:
        yield from _step(workflow.file, step)


def _lacking(workflow: Workflow, job: Job, body: Mapping) -> Iterator[Mark]:
    if _is_empty(body.get(RUNS_ON)) and RUNS_ON not in [_meant(key, OF_JOB) for key, _ in body.pairs()]:
        yield at(workflow.file, job.key, f"job {job.name} has no runs-on: no runner takes it", "add runs-on: LABEL")
    if not job.steps:
        yield at(workflow.file, body.key("steps") or job.key, f"job {job.name} has no steps")


def _step(file: YamlFile, step: Step) -> Iterator[Mark]:
    if step.body is None:
        yield at(file, step.node, "a step is a mapping with `run` or `uses`")
        return
    yield from _misspelt(file, step.body, OF_STEP)
    uses, run = step.body.key("uses"), step.body.key("run")
    if uses is not None and run is not None:
        yield at(file, max(uses, run, key=lambda key: key.start), "a step has both uses and run", "make it two steps")
    if uses is None and run is None and not step.is_merged:
        yield at(file, step.body, "a step has neither uses nor run")


def _misspelt(file: YamlFile, mapping: Mapping, known: tuple[str, ...]) -> Iterator[Mark]:
    """Yield keys that are nearly one that Gitea knows; it ignores what it does not know."""
    for key, _ in mapping.pairs():
        if (meant := _meant(key, known)) is not None:
            yield at(file, key, f"{key.value} means nothing here", f"did you mean {meant}?")


def _meant(key: Scalar, known: tuple[str, ...]) -> str | None:
    """Return the key that was meant by one that is not known; None for one that is, or looks like none."""
    return None if key.value in known else repos.closest(key.value, known)


def _is_empty(node: Content | None) -> bool:
    if isinstance(node, Scalar):
        return node.value in ("", "~", "null") and node.style is None
    return node is None or (isinstance(node, Sequence) and not node.items)
