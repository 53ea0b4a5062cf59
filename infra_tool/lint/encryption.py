"""What `sops.inspect` finds in a file, as marks."""

import re
from collections.abc import Container, Iterator

from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Source
from infra_tool.sops import Kind

ENCRYPTED = (b"ENC[AES256_GCM,", b"sops")
"""What every file holds that sops wrote, whatever its format."""

REFERENCE = re.compile(
    r"\s*((\$\{[A-Za-z_][A-Za-z0-9_]*\})+|\{\{[^{}]*\}\}|op://[^\n]+|ref\+[a-z0-9]+://\S+|<(path|secret):[^>\n]+>)\s*"
)
"""A value that comes from elsewhere: variables without default, a template's expression, an entry of a password store
as `op inject`, vals or plugins of Argo CD read it."""


def problems(source: Source, kinds: Container[Kind], help_: str | None = None) -> Iterator[Mark]:
    """Yield the problems of some kinds; none of them tells a value."""
    for problem in source.problems:
        if problem.kind in kinds and source.file is not None:
            yield at(source.file, problem.node, problem.message, help_)


def is_encrypted(source: Source) -> bool:
    """Tell whether sops wrote a file: a YAML file by its metadata, others by what is in them."""
    return all(mark in source.data for mark in ENCRYPTED)


def is_reference(value: str) -> bool:
    """Tell whether a value is no secret itself, but names where it comes from."""
    return REFERENCE.fullmatch(value) is not None
