"""Who writes an encrypted file: the file and the repo's configuration decide, never what is installed.

So the same file comes out the same way on every machine.
"""

from typing import Literal

from infra_tool.sops.backends import embedded, program
from infra_tool.sops.backends.backend import Backend, Change, Means
from infra_tool.sops.metadata import Metadata
from infra_tool.sops.recipients import Recipient
from infra_tool.sops.rules import Rule
from infra_tool.sops.selectors import Selector
from infra_tool.yamldoc import SUFFIXES

Choice = Literal["auto", "sops"]
"""What a repo's configuration says: `auto` leaves it to the file, `sops` has all done by that program."""

BACKENDS: tuple[Backend, ...] = (embedded, program)


def writer(
    path: str, recipients: tuple[Recipient, ...], selector: Selector, *, groups: int = 1, choice: Choice = "auto"
) -> Backend:
    """Return who writes a file: the embedded codec a YAML file for age X25519 keys only, the sops program all else."""
    if choice == "sops" or groups > 1 or not path.endswith(SUFFIXES):
        return program
    if any(entry.kind != "x25519" for entry in recipients) or selector.by_comment:
        return program
    return embedded


def file_writer(path: str, found: Metadata, choice: Choice = "auto") -> Backend:
    """Return who changes a file that is encrypted already."""
    return writer(path, found.recipients, found.selector, groups=max(1, found.groups), choice=choice)


def rule_writer(path: str, rule: Rule, choice: Choice = "auto") -> Backend:
    """Return who writes a file by a rule."""
    return writer(path, rule.recipients, rule.selector, groups=rule.groups, choice=choice)


def reader(found: Metadata) -> Backend:
    """Return who opens a file: the embedded codec wherever it can, whoever wrote it."""
    return embedded if found.readable else program


__all__ = ["BACKENDS", "Backend", "Change", "Choice", "Means", "file_writer", "reader", "rule_writer", "writer"]
