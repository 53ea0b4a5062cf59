"""A manifest holds nothing, or an empty document between two lines `---`.

Nothing comes of it in the cluster, and nothing says so: a manifest that was commented out as a whole is still listed as
if it did something, and a `---` too many is mostly left over from a cut. Documents of comments alone are fine beside
others.

```yaml
# kustomization.yaml lists this file, all of which is commented out:
# apiVersion: v1
# kind: Service
```

Fix: take the file off the list, or the line `---` away.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint import fix
from infra_tool.lint.effective import CIPHERTEXT
from infra_tool.lint.mark import Mark, between
from infra_tool.lint.subject import Applied, Facts
from infra_tool.splice import Span, Splice
from infra_tool.yamldoc import Document, YamlFile

CODE = "Y006"
NAME = "empty-document"
SEVERITY: Severity = "info"

START = "---"


def check(applied: Applied, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- as every rule about a manifest
    """Yield a manifest without any object, and documents of nothing."""
    file = applied.file
    if all(document.root is None for document in file.documents):
        message = "the file is listed as a resource and holds no object"
        yield Mark(file.path, 1, 1, None, None, message, "take it off the list, or write what it is to hold")
        return
    ends = [*(document.start for document in file.documents[1:]), len(file.text)]
    for document, end in zip(file.documents, ends, strict=True):
        if document.root is None and file.text[document.start : end].strip() == START:
            yield _mark(file, document, end)


def _mark(file: YamlFile, document: Document, end: int) -> Mark:
    """Return a mark on the line that begins an empty document; the fix takes it away, unless sops wrote the file."""
    start = document.start
    mark = between(file, start, start + len(START), "an empty document", "take this line away")
    if CIPHERTEXT in file.text:
        return mark
    return fix.safely(mark, (Splice(Span(file.byte(start), file.byte(end)), b""),))
