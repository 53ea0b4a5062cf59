"""Read every file of a tree once, and as YAML those whose names say so."""

from collections.abc import Iterator

from infra_tool import yamldoc
from infra_tool.edits import SYMLINK, Tree, readable, shown
from infra_tool.errors import InfraToolError
from infra_tool.lint.report import Unchecked
from infra_tool.lint.subject import Source
from infra_tool.yamldoc import SUFFIXES, YamlError, YamlFile

NAME = "Kustomization"
LEAVES = "is a symlink that leaves the repo"
"""The reason for not reading such a link, in the words of `edits.readable`."""


class Files:
    """The files of a tree: `sources` are those that were read, `reasons` says why each of the others was not."""

    def __init__(self, tree: Tree) -> None:
        """Read all of `tree`; symlinks are followed by whoever asks for a path, not here."""
        data, reasons = readable(tree, tree.entries)
        self.reasons = {path: reason.removeprefix("not read: ") for path, reason in reasons.items()}
        links = {path for path, entry in tree.entries.items() if entry.mode == SYMLINK}
        self.sources = {path: _source(path, content) for path, content in data.items() if path not in links}

    def __call__(self, path: str) -> YamlFile:
        """Return a file as YAML, whatever its name; raises InfraToolError when it cannot be read or is not YAML."""
        source = self.sources.get(path)
        if source is None:
            raise InfraToolError(self.reasons.get(path, "no such file"), path=shown(path))
        if source.file is None and source.error is None:
            source = self.sources[path] = _parsed(source)
        if source.file is None:
            raise source.error or InfraToolError("is not YAML", path=shown(path))
        return source.file

    def yaml(self) -> Iterator[YamlFile]:
        """Iterate over the files that were read as YAML."""
        return (source.file for source in self.sources.values() if source.file is not None)

    def unchecked(self) -> Iterator[Unchecked]:
        """Name what was not read, and what looks like a template and is not YAML yet."""
        for path, reason in self.reasons.items():
            yield Unchecked(shown(path), reason)
        for path, source in self.sources.items():
            if source.error is not None and is_template(source):
                yield Unchecked(path, "looks like a template: not read as YAML")


def is_yaml(path: str) -> bool:
    """Tell whether a file is YAML by its name."""
    return path.endswith(SUFFIXES) or path.rpartition("/")[2] == NAME


def is_template(source: Source) -> bool:
    """Tell whether a file holds what Helm or Jinja would replace: then it need not be YAML before that."""
    return b"{{" in source.data or b"{%" in source.data


def _source(path: str, data: bytes) -> Source:
    source = Source(path, data)
    return _parsed(source) if is_yaml(path) else source


def _parsed(source: Source) -> Source:
    try:
        return Source(source.path, source.data, yamldoc.parse(source.data, source.path))
    except YamlError as error:
        return Source(source.path, source.data, error=error)
