"""A file holds the marks of a merge that was not finished.

Both sides of the conflict are in it, and git takes it for resolved once it is added. In YAML the file is broken; in any
other file the cluster may get both sides.

```yaml
<<<<<<< HEAD
    image: n8nio/n8n:1.70.0
=======
    image: n8nio/n8n:1.71.0
>>>>>>> update
```

Fix: keep what is right, and remove the three lines. In an encrypted file take one side as a whole (`git checkout
--theirs FILE`) and make the change again: a mixture of two sides cannot be decrypted.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts, Source

CODE = "Y003"
NAME = "conflict-marker"
SEVERITY: Severity = "error"
START, MIDDLE, END = b"<<<<<<< ", b"=======", b">>>>>>> "


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- as every rule about a file
    """Yield the start of each conflict."""
    if START not in source.data:
        return
    start, width, is_open = 0, 0, False
    for number, line in enumerate(source.data.splitlines(), 1):
        if line.startswith(START):
            start, width, is_open = number, len(line.decode(errors="replace")), False
        elif line == MIDDLE:
            is_open = start > 0
        elif line.startswith(END) and is_open:
            yield Mark(source.path, start, 1, start, width + 1, "a merge conflict is not resolved", "keep one side")
            start, is_open = 0, False
