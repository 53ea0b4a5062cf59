"""The objects of files that the clusters do not get by this repo, and that somebody may apply by hand."""

from collections.abc import Iterator

from infra_tool.kustomize import objects_of
from infra_tool.lint.cluster.object import Kind
from infra_tool.lint.references import References
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import text


def beside(repo: Repo) -> Iterator[tuple[Kind, str, str]]:
    """Yield kind, namespace (empty where none is written) and name of each.

    What lies forgotten beside files that are applied is none of them: another rule names it.
    """
    references = References(repo)
    for path, source in repo.sources.items():
        if source.file is None or path in repo.applied or references.misses(path):
            continue
        for document in source.file.documents:
            for node in objects_of(document.root) if document.root is not None else ():
                group = (text(node, "apiVersion") or "").rpartition("/")[0]
                name = text(node, "metadata", "name")
                if name:
                    yield Kind(group, text(node, "kind") or ""), text(node, "metadata", "namespace") or "", name
