"""Kustomize refuses to build what a cluster gets.

Then Flux applies nothing of it: what was applied before stays as it was, and no later commit has any effect. Told here
are the reasons that only building shows: a patch for an object that is not there, a replacement whose source or target
does not exist, a generator without its file, two objects of one name.

```yaml
patches:
  - path: replicas.yaml        # is for a Deployment n8m, which there is not
```

Fix: what the message says; `infra-tool render DIR` builds as kustomize does. What is not rendered natively (remote
resources, Helm charts) is not judged: the summary names it as unchecked.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize.render import UnsupportedError
from infra_tool.lint.cluster import Cluster
from infra_tool.lint.mark import Mark, on_line
from infra_tool.lint.report import Unchecked

CODE = "T027"
NAME = "build-fails"
SEVERITY: Severity = "error"


def check(cluster: Cluster) -> Iterator[Mark | Unchecked]:
    """Yield what cannot be built, and name what is not rendered."""
    remotes = {owner.path for build in cluster.repo.builds.values() for _, owner in build.remotes}
    for gap in cluster.gaps:
        error = gap.error
        if error is None or error.path is None or error.path in remotes:
            continue
        if isinstance(error, UnsupportedError):
            yield Unchecked(error.path, f"line {error.line}: {error.message}: references to its objects are not judged")
        elif gap.is_refused:
            source = cluster.repo.sources.get(error.path)
            if source is not None and source.file is not None and error.line:
                yield on_line(source.file, error.line, error.message, error.hint)
            else:
                yield Mark(error.path, error.line or 1, 1, None, None, error.message, error.hint)
