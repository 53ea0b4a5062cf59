"""The file that holds a service: who does, since when, and why."""

from typing import NamedTuple

from infra_tool import yamldoc
from infra_tool.edits import Tree


class Hold(NamedTuple):
    """Who holds a service, since when (RFC 3339), and why; a part that the file does not say is None."""

    by: str | None = None
    at: str | None = None
    reason: str | None = None

    def __str__(self) -> str:
        """Return it as part of a sentence."""
        since = f" since {self.at}" if self.at else ""
        return f"held by {self.by or 'somebody'}{since}: {self.reason or 'no reason given'}"


def load(tree: Tree, path: str) -> Hold | None:
    """Return the hold of a file, None when there is none; a file that cannot be read holds all the same."""
    if path not in tree.entries:
        return None
    try:
        documents = yamldoc.parse(tree.read(path), path).documents
    except yamldoc.YamlError:
        return Hold()
    root = documents[0].root if documents else None
    return Hold(*(yamldoc.text(root, key) for key in Hold._fields))
