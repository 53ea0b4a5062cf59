"""The objects of files that the clusters do not get by this repo, and that somebody may apply by hand."""

import re
from collections.abc import Iterator

from infra_tool.kustomize import objects_of
from infra_tool.lint.cluster.object import Kind
from infra_tool.lint.references import References
from infra_tool.lint.subject import Repo, Source
from infra_tool.yamldoc import text

TEXTS = (".md", ".txt")


def mentions(repo: Repo, namespace: str) -> bool:
    """Tell whether a file that the clusters do not get speaks of a namespace: a script, a helmfile, a template.

    Then whatever that file is for may create it.
    """
    word = re.compile(rf"(?<![\w.-]){re.escape(namespace)}(?![\w.-])")
    others = (source for source in _others(repo) if not source.path.endswith(TEXTS))
    texts = (source.data.decode(errors="replace") for source in others if b"namespace" in source.data)
    return any(word.search(text) for text in texts)


def _others(repo: Repo) -> Iterator[Source]:
    references = References(repo)
    used = {file.path for build in repo.builds.values() for file in build.kustomizations}
    used.update(given.path for build in repo.builds.values() for given in build.inputs)
    for path, source in repo.sources.items():
        if path not in repo.applied and path not in used and not references.misses(path):
            yield source


def beside(repo: Repo) -> Iterator[tuple[Kind, str, str]]:
    """Yield kind, namespace (empty where none is written) and name of each.

    What lies forgotten beside files that are applied is none of them: another rule names it.
    """
    for source in _others(repo):
        for document in source.file.documents if source.file is not None else ():
            for node in objects_of(document.root) if document.root is not None else ():
                group = (text(node, "apiVersion") or "").rpartition("/")[0]
                name = text(node, "metadata", "name")
                if name:
                    yield Kind(group, text(node, "kind") or ""), text(node, "metadata", "namespace") or "", name
