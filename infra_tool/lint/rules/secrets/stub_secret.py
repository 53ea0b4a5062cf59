"""A value of a Secret is still the stub that `new-service` or `new-cluster` wrote.

The service runs with a value that is no real one: it will fail to log in somewhere, or worse, not fail. Which keys are
stubs stands in the annotation `infra-tool/stub-keys`, which is not encrypted, so that no key is needed to tell. A stub
in a component is named at each place that uses the component as well.

```yaml
metadata:
  annotations:
    infra-tool/stub-keys: API_TOKEN
```

Fix: `infra-tool secret set FILE KEY`, which takes the key off the list.
"""

from collections.abc import Iterator

from infra_tool import sops
from infra_tool.finding import Severity
from infra_tool.kustomize import Build
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo, Source
from infra_tool.yamldoc import Scalar

CODE = "S022"
NAME = "stub-secret"
SEVERITY: Severity = "info"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield keys with a stub, and the users of components that hold some."""
    found = {source.path: marks for source in repo.sources.values() if (marks := list(_stubs(source)))}
    for marks in found.values():
        yield from marks
    for build in repo.builds.values() if found else ():
        yield from _users(repo, build, found)


def _stubs(source: Source) -> Iterator[Mark]:
    if source.file is None or sops.STUBS.encode() not in source.data:
        return
    for problem in source.problems:
        if problem.kind == "stub-key":
            key = problem.node.value if isinstance(problem.node, Scalar) else "KEY"
            yield at(source.file, problem.node, problem.message, f"infra-tool secret set {source.path} {key}")


def _users(repo: Repo, build: Build, found: dict[str, list[Mark]]) -> Iterator[Mark]:
    for reached in build.files:
        *_, user, inner = (*reached.chain[:1], *reached.chain)
        for entry in user.components if reached.path in found else ():
            if repo.graph.places.target(user.directory, entry.text).path == inner.directory:
                for mark in found[reached.path]:
                    yield at(user.file, entry.node, f"{reached.path}: {mark.message}", mark.help)
