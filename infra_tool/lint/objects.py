"""Which object a place in a file is about."""

from bisect import bisect_left
from functools import cached_property

from infra_tool.kustomize import Reached, objects_of
from infra_tool.kustomize.identity import identity
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Content, YamlFile


class Objects:
    """The objects of a repo's files, as they are called when a build is done."""

    def __init__(self, repo: Repo) -> None:
        """Look at `repo` when first asked: most repos have nothing to say."""
        self._repo = repo
        self._known: dict[str, tuple[list[tuple[int, int]], list[Content]]] = {}

    def at(self, path: str, line: int) -> str | None:
        """Return the object that a line of a file belongs to, as `Kind/namespace/name`; None for any other text."""
        reached = self._reached.get(path)
        lines, nodes = self._lines(path)
        place = bisect_left(lines, line, key=lambda each: each[1])
        if place == len(lines) or lines[place][0] > line:
            return None
        called = identity(nodes[place], reached.transformers if reached is not None else ())
        return str(called) if called is not None else None

    def _lines(self, path: str) -> tuple[list[tuple[int, int]], list[Content]]:
        """Return the first and the last line of each object of a file, and the objects; a big file is asked often."""
        if path not in self._known:
            source = self._repo.sources.get(path)
            file = source.file if source is not None else None
            roots = [document.root for document in file.documents if document.root is not None] if file else []
            # By position: what an alias stands for lies elsewhere.
            nodes = sorted((node for root in roots for node in objects_of(root)), key=lambda node: node.end)
            lines = [(file.line(node), _last_line(file, node.end)) for node in nodes] if file else []
            self._known[path] = lines, nodes
        return self._known[path]

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
