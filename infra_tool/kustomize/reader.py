"""Read and parse each file of a tree once."""

from collections.abc import Callable, Iterable

from infra_tool import yamldoc
from infra_tool.edits import Tree, readable, shown
from infra_tool.errors import InfraToolError
from infra_tool.yamldoc import YamlFile

Read = Callable[[str], YamlFile]
"""Returns a parsed file of the tree; raises InfraToolError when it cannot be read or is not YAML."""


class Reader:
    """Parses the files of one tree, each once; what is fetched together is read together."""

    def __init__(self, tree: Tree) -> None:
        """Read from `tree`."""
        self._tree = tree
        self._data: dict[str, bytes] = {}
        self._reasons: dict[str, str] = {}
        self._files: dict[str, YamlFile] = {}

    def fetch(self, paths: Iterable[str]) -> None:
        """Read files together, which a partial clone needs; what cannot be read is told when it is asked for."""
        data, reasons = readable(self._tree, [path for path in paths if not self._knows(path)])
        self._data.update(data)
        self._reasons.update(reasons)

    def _knows(self, path: str) -> bool:
        return path in self._files or path in self._data or path in self._reasons

    def __call__(self, path: str) -> YamlFile:
        """Return a parsed file; raises InfraToolError when it cannot be read or is not YAML."""
        if path not in self._files:
            self.fetch((path,))
            if path in self._reasons:
                raise InfraToolError(self._reasons[path], path=shown(path))
            self._files[path] = yamldoc.parse(self._data.pop(path), path)
        return self._files[path]
