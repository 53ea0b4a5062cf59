"""Find out what there is to judge: the files of a tree, and which of them the clusters get on which ways."""

from collections.abc import Iterable, Iterator
from functools import partial

from infra_tool import flux, kustomize, schema, sops
from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError
from infra_tool.flux import Root
from infra_tool.kustomize import KustomizationFile, Reached, objects_of
from infra_tool.lint import effective
from infra_tool.lint.chains import leading
from infra_tool.lint.patched import By, Patched
from infra_tool.lint.read import Files
from infra_tool.lint.subject import Applied, Facts, Repo, Way
from infra_tool.repo import PATH, Config
from infra_tool.sops import Rules
from infra_tool.yamldoc import Mapping


def survey(tree: Tree, config: Config) -> tuple[Repo, Files]:
    """Return what there is to judge, and the files as they were read."""
    files = Files(tree)
    graph = kustomize.Graph(tree, files)
    found = flux.discover(graph, files.yaml, config.remote)
    applied = _applied(tree, found.roots, Patched(graph))
    facts = Facts(config, _rules(tree), PATH in tree.entries, tuple(_definitions(applied.values())))
    builds = {root.build.directory: root.build for root in found.roots}
    repo = Repo(tree, facts, files.sources, files.reasons, graph, found.roots, builds, found.kustomizations, applied)
    return repo, files


def _rules(tree: Tree) -> Rules | None:
    try:
        return sops.load_rules(tree)
    except InfraToolError:
        # S007 says what is wrong with the file.
        return None


def _definitions(applied: Iterable[Applied]) -> Iterator[Mapping]:
    for one in applied:
        if schema.DEFINITION in one.file.text:
            for document in one.file.documents:
                root = document.root
                yield from (each for each in objects_of(root) if schema.is_definition(each)) if root is not None else ()


def _applied(tree: Tree, roots: tuple[Root, ...], patched: Patched) -> dict[str, Applied]:
    ways: dict[str, dict[Way, None]] = {}
    changed: dict[str, dict[By, None]] = {}
    found = {}
    for root in roots:
        make = _Ways(tree, root)
        for reached in root.build.files:
            if reached.file is not None:
                ways.setdefault(reached.path, {})[make.way(reached)] = None
                by: tuple[By, ...] = reached.transformers if root.by is None else (*reached.transformers, root.by)
                changed.setdefault(reached.path, {}).update(dict.fromkeys(by))
                found[reached.path] = reached.file
    return {
        path: Applied(file, tuple(ways[path]), partial(patched.heals, changed[path])) for path, file in found.items()
    }


class _Ways:
    """Makes the ways into one build; the files on them are the same for many manifests."""

    def __init__(self, tree: Tree, root: Root) -> None:
        self._tree = tree
        self._root = root
        self._leading = leading(root)
        self._entries: dict[KustomizationFile, tuple[effective.Image, ...]] = {}

    def way(self, reached: Reached) -> Way:
        directory, by = self._root.build.directory, self._root.by
        chain = tuple(file.path for file in reached.chain if file.path in self._tree.entries)
        images = tuple(entry for file in reached.transformers for entry in self._images(file))
        moves = any(file.namespace is not None for file in reached.transformers)
        if by is None:
            return Way(directory, chain, images, moves=moves)
        images += tuple(effective.entry(by.file, image) for image in by.images)
        moves = moves or by.target_namespace is not None
        return Way(directory, chain, images, by.decrypts, by.substitutes, self._leading, moves)

    def _images(self, file: KustomizationFile) -> tuple[effective.Image, ...]:
        if file not in self._entries:
            self._entries[file] = tuple(effective.entry(file.file, image) for image in file.images)
        return self._entries[file]
