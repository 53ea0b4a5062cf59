"""A mapping has the same key twice.

Kustomize refuses the file. Other readers take the last of the two without a word, so that the first, which looks as
valid, does nothing.

```yaml
resources:
  requests: {cpu: 10m}
  requests: {memory: 64Mi}     # the CPU request is gone
```

Fix: remove one of them, or put what they hold into one.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Facts, Source
from infra_tool.yamldoc import Mapping, Node, Scalar, Sequence, YamlFile

CODE = "Y002"
NAME = "duplicate-key"
SEVERITY: Severity = "error"


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- as every rule about a file
    """Yield the later of two equal keys."""
    if source.file is None:
        return
    stack: list[Node | None] = [document.root for document in source.file.documents]
    while stack:
        here = stack.pop()
        if isinstance(here, Mapping):
            if len({key.value for key, _ in here.items if isinstance(key, Scalar)}) < len(here.items):
                yield from _repeated(source.file, here)
            stack += [value for _, value in here.items if not isinstance(value, Scalar)]
        elif isinstance(here, Sequence):
            stack += [item for item in here.items if not isinstance(item, Scalar)]


def _repeated(file: YamlFile, mapping: Mapping) -> Iterator[Mark]:
    seen: dict[str, Scalar] = {}
    for key, _ in mapping.items:
        if not isinstance(key, Scalar):
            continue
        first = seen.setdefault(key.value, key)
        if first is not key:
            yield at(file, key, f"{key.value} is given twice, first on line {file.line(first)}", "remove one of them")
