"""Render directories of a work tree, natively or with the kustomize program."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from infra_tool import proc, yamldoc
from infra_tool.edits import Tree
from infra_tool.git import WorkTree
from infra_tool.kustomize import render
from infra_tool.kustomize.build import Build
from infra_tool.kustomize.graph import Graph
from infra_tool.kustomize.render.value import Map
from infra_tool.repo import KUSTOMIZATION_FILES
from infra_tool.yamldoc import Document

COMMAND = ("kustomize", "build", "--load-restrictor=LoadRestrictionsNone")
TIMEOUT = 600
"""Seconds."""


@dataclass(frozen=True)
class Object:
    """An object as it comes out; `path` and `line` tell where it was written, None when that is not known."""

    text: str
    path: str | None = None
    line: int | None = None

    def described(self) -> Mapping[str, object]:
        """Return it as plain data."""
        manifest = yamldoc.resolve(yamldoc.parse(self.text.encode()).documents[0].root, "manifest")
        manifest = manifest if isinstance(manifest, dict) else {}
        metadata = manifest.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        return {
            "api_version": manifest.get("apiVersion"),
            "kind": manifest.get("kind"),
            "namespace": metadata.get("namespace"),
            "name": metadata.get("name"),
            "path": self.path,
            "line": self.line,
            "manifest": manifest,
        }


class Built:
    """The builds of one work tree; `engine` is native or kustomize."""

    def __init__(self, root: Path, engine: str) -> None:
        """Look at the files below `root`."""
        self.root = root
        self._engine = engine

    @cached_property
    def tree(self) -> Tree:
        """The files."""
        return WorkTree(self.root)

    @cached_property
    def graph(self) -> Graph:
        """The kustomizations."""
        return Graph(self.tree)

    def build(self, directory: str) -> list[Object]:
        """Return the objects of a directory's kustomization; raises InfraToolError when it cannot be built."""
        if self._engine == "kustomize":
            return self._by_program(directory)
        return self.build_of(self.graph.build(directory))

    def build_of(self, found: Build) -> list[Object]:
        """Return the objects of a build that was walked already, natively."""
        return [object_of(one.root) for one in render.rendered(self.graph, found)]

    def _by_program(self, directory: str) -> list[Object]:
        out = proc.run((*COMMAND, directory or "."), cwd=self.root, timeout=TIMEOUT).stdout
        file = yamldoc.parse(out)
        return [Object(_text(file.text, document)) for document in file.documents if document.root is not None]

    def directories(self, top: str) -> list[str]:
        """Return the directories below `top` that have a kustomization file, `top` first, sorted."""
        prefix = f"{top}/" if top else ""
        paths = (path for path in self.tree.entries if path.startswith(prefix))
        return sorted({path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] in KUSTOMIZATION_FILES})


def object_of(root: Map) -> Object:
    """Return an object that was rendered natively."""
    return Object(render.dump(root), root.origin.path, root.origin.line(root.node))


def _text(text: str, document: Document) -> str:
    assert document.root is not None  # noqa: S101 -- its callers look
    return text[document.root.start : document.end]
