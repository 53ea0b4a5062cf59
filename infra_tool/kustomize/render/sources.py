"""The files that a build reads."""

import re
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.entries import Entry, Patch
from infra_tool.kustomize.escape import refuse_slash
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.graph import Graph
from infra_tool.kustomize.place import Is, Target
from infra_tool.kustomize.render.value import Origin
from infra_tool.yamldoc import Scalar, YamlError, YamlFile, parse

SURROGATES = re.compile(rb"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


class Aim(NamedTuple):
    """A patch with a target, and whether that selected some object."""

    file: KustomizationFile
    patch: Patch
    is_hit: bool


class Sources:
    """The files of one tree, each parsed once; `aims` are the patches with a target that were applied, by place."""

    def __init__(self, graph: Graph) -> None:
        """Read what a graph reads."""
        self.graph = graph
        self.aims: dict[tuple[str, int], Aim] = {}
        self._origins: dict[int, tuple[YamlFile, Origin]] = {}

    def aim(self, file: KustomizationFile, patch: Patch, *, is_hit: bool) -> None:
        """Note whether the target of a patch selected some object; once is enough."""
        place = (file.path, patch.node.start)
        if is_hit or place not in self.aims:
            self.aims[place] = Aim(file, patch, is_hit)

    def origin(self, file: KustomizationFile) -> Origin:
        """Return the origin of what a kustomization file says."""
        return self.origin_of(file.file)

    def origin_of(self, file: YamlFile) -> Origin:
        """Return the origin of what a file says."""
        known = self._origins.get(id(file))
        if known is None:
            known = self._origins[id(file)] = (file, Origin(file.path, file))
        return known[1]

    def target(self, file: KustomizationFile, entry: Entry) -> Target:
        """Return what an entry names."""
        return self.graph.places.target(file.directory, entry.text)

    def kustomization(self, directory: str) -> KustomizationFile:
        """Return the kustomization file of a directory; raises InfraToolError when there is none."""
        loaded = self.graph.load(directory)
        if loaded.file is None:
            raise loaded.problem.error() if loaded.problem else InfraToolError(f"{directory} has no kustomization file")
        return loaded.file

    def path(self, file: KustomizationFile, entry: Entry) -> str:
        """Return the path of the file that an entry names; raises InfraToolError when there is none."""
        what, path = self.target(file, entry)
        if what is not Is.FILE:
            raise self.origin(file).error(f"{entry.field} names {path}, which is no file", entry.node)
        return path

    def yaml(self, path: str) -> YamlFile:
        """Return a parsed file; raises InfraToolError when it cannot be read or is not YAML."""
        return self.graph.read(path)

    def patch(self, path: str) -> YamlFile:
        """Return a parsed patch, which may be JSON; raises InfraToolError as `yaml` does."""
        try:
            return self.yaml(path)
        except YamlError:
            data = self.graph.places.tree.read(path)
            if (text := joined(data)) == data:
                raise
            return parse(text, path)

    def data(self, file: KustomizationFile, entry: Entry) -> bytes:
        """Return the content of the file that an entry names."""
        return self.graph.places.tree.read(self.path(file, entry))

    def inline(self, file: KustomizationFile, node: Scalar) -> tuple[YamlFile, Origin]:
        """Parse a text of a kustomization file that is YAML itself; raises InfraToolError when it is not."""
        outer = self.origin(file)
        shift = outer.line(node) - (0 if node.style in ("|", ">") else 1)
        try:
            inner = refuse_slash(parse(joined(node.value.encode()), file.path))
        except InfraToolError as error:
            raise InfraToolError(error.message, path=file.path, line=(error.line or 1) + shift) from error
        return inner, Origin(file.path, inner, shift, file.file)


def joined(data: bytes) -> bytes:
    """Return JSON with characters beyond U+FFFF in place of their escapes in two, which YAML does not have."""
    if not data.startswith(b"["):
        return data
    return SURROGATES.sub(
        lambda match: (bytes.fromhex((match[1] + match[2]).decode()).decode("utf-16-be")).encode(), data
    )
