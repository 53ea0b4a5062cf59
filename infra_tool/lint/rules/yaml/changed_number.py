"""A version, tag or the like is written as a number, and becomes another one.

YAML reads `1.10` as the number 1.1, and `1e3` or `0123` as 1000 and 83. In the values of a Helm chart nothing says
that a text is meant, so that the chart gets the number.

```yaml
values:
  image:
    tag: 1.10                # the chart asks for 1.1
```

Fix: put it in quotes.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.lint import fix
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Facts, Source
from infra_tool.yamldoc import Content, Mapping, Scalar, Sequence, lookup, resolve_scalar, text

CODE = "Y005"
NAME = "changed-number"
SEVERITY: Severity = "warning"

TEXTS = ("tag", "version", "revision", "release", "digest")
"""The ends of keys that hold texts, in lower case."""


def check(source: Source, facts: Facts) -> Iterator[Mark]:  # noqa: ARG001 -- as every rule about a file
    """Yield numbers that are not what they look like."""
    if source.file is None or b"HelmRelease" not in source.data:
        return
    from infra_tool.kustomize import objects_of  # noqa: PLC0415 -- few files need it

    for document in source.file.documents:
        for root in objects_of(document.root) if document.root is not None else ():
            if text(root, "kind") != "HelmRelease":
                continue
            for key, node in _entries(lookup(root, "spec", "values")):
                got = _changed(node)
                if got is not None and key.value.lower().endswith(TEXTS):
                    message = f"{key.value}: {node.value} is the number {got}"
                    mark = at(source.file, node, message, "put it in quotes")
                    yield mark._replace(fix=fix.replaced(source.file, node, node.value))


def _entries(node: Content | None) -> Iterator[tuple[Scalar, Scalar]]:
    for key, value in node.pairs() if isinstance(node, Mapping) else ():
        if isinstance(value, Scalar):
            yield key, value
        else:
            yield from _entries(value)
    for item in node.values() if isinstance(node, Sequence) else ():
        yield from _entries(item)


def _changed(node: Scalar) -> str | None:
    """Return the number that a scalar is, where it looks like another one."""
    got = resolve_scalar(node, "manifest") if node.style is None else None
    if isinstance(got, bool) or not isinstance(got, (int, float)):
        return None
    printed = str(int(got)) if float(got).is_integer() and "." not in node.value else f"{got:g}"
    return printed if printed != node.value else None
