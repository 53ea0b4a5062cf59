"""Which object a place in a file is about."""

from functools import cached_property

from infra_tool.kustomize import Reached, objects_of
from infra_tool.kustomize.identity import identity
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import YamlFile


class Objects:
    """The objects of a repo's files, as they are called when a build is done."""

    def __init__(self, repo: Repo) -> None:
        """Look at `repo` when first asked: most repos have nothing to say."""
        self._repo = repo

    def at(self, path: str, line: int) -> str | None:
        """Return the object that a line of a file belongs to, as `Kind/namespace/name`; None for any other text."""
        source = self._repo.sources.get(path)
        if source is None or source.file is None:
            return None
        reached = self._reached.get(path)
        for document in source.file.documents:
            for node in objects_of(document.root) if document.root is not None else ():
                if source.file.line(node) <= line <= _last_line(source.file, node.end):
                    called = identity(node, reached.transformers if reached is not None else ())
                    return str(called) if called is not None else None
        return None

    @cached_property
    def _reached(self) -> dict[str, Reached]:
        """The first way of each manifest; on others it may have another namespace."""
        found: dict[str, Reached] = {}
        for build in self._repo.builds.values():
            for reached in build.files:
                found.setdefault(reached.path, reached)
        return found


def _last_line(file: YamlFile, end: int) -> int:
    """Return the line of the last character before an offset."""
    return file.position(max(end - 1, 0)).line
