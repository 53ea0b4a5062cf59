"""An anchor is used in a way that other programs see differently.

An anchor counts in its own document alone: an alias for one of another document, above a `---`, cannot be read, though
it looks right and some readers take it (an error). What a merge key (`<<`) brings is written out by kustomize, so that
the cluster gets a copy in each place, and a patch of one place leaves the others as they are (an info).

```yaml
metadata:
  name: api
  labels: &labels {app: api}
---
metadata:
  name: worker
  labels: *labels          # the anchor ended with its document
```

Fix: write the value again, or set it for both with the `labels:` of a kustomization. A merge key that is wanted can
stay.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.read import is_template
from infra_tool.lint.subject import Facts, Source
from infra_tool.lint.unreadable import reason
from infra_tool.yamldoc import Mapping, Node, Scalar, Sequence, YamlFile

CODE = "Y011"
NAME = "anchor"
SEVERITY: Severity = "error"

MERGE = "<<"


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- as every rule about a file
    """Yield an alias of another document, and the merge keys of manifests."""
    if source.error is not None:
        if not is_template(source) and reason(source, source.error) == "alias":
            line, column = source.error.line or 1, source.error.column or 1
            message = "not YAML: the anchor of this alias is in another document"
            yield Mark(source.path, line, column, None, None, message, "write the value again")
    elif source.file is not None and MERGE in source.file.text and _is_manifest(source.file):
        for document in source.file.documents:
            for key in _merges(document.root):
                mark = at(source.file, key, "kustomize writes out what << brings, a copy in each place")
                yield mark._replace(severity="info")


def _is_manifest(file: YamlFile) -> bool:
    from infra_tool.lint.references import is_manifest  # noqa: PLC0415 -- few files need it

    return is_manifest(file)


def _merges(root: Node | None) -> Iterator[Scalar]:
    stack = [root]
    while stack:
        here = stack.pop()
        if isinstance(here, Mapping):
            yield from (key for key, _ in here.items if isinstance(key, Scalar) and _is_merge(key))
            stack += [value for _, value in here.items]
        elif isinstance(here, Sequence):
            stack += here.items


def _is_merge(key: Scalar) -> bool:
    return key.value == MERGE and key.style is None
