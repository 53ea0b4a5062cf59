"""The Flux Kustomizations of a cluster, as kubectl shows them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from infra_tool import kubectl
from infra_tool.errors import InfraToolError
from infra_tool.watch.seen import Seen, together

KINDS = ("kustomizations.kustomize.toolkit.fluxcd.io", "gitrepositories.source.toolkit.fluxcd.io")

Contains = Callable[[str, str], bool]
Object = dict[str, object]


@dataclass(frozen=True)
class InCluster:
    """Tells what the Flux Kustomizations that follow one of the `branches` of the repo make of `commit`.

    `is_ours` tells whether a GitRepository's URL is that of the repo; `contains` whether a commit holds another, since
    Flux skips commits when several are pushed at once.
    """

    branches: frozenset[str]
    commit: str
    is_ours: Callable[[str], bool]
    contains: Contains = field(repr=False)

    def __call__(self) -> Seen:
        """Look; raises InfraToolError when kubectl is missing or cannot ask the cluster."""
        found = kubectl.objects("Flux Kustomizations", *KINDS)
        sources = {_name(each) for each in found if each.get("kind") == "GitRepository" and self._follows(each)}
        judged = [
            (_name(each)[1], self._seen(each))
            for each in found
            if each.get("kind") == "Kustomization" and _source(each) in sources and not _at(each, "spec", "suspend")
        ]
        if not judged:
            names = " or ".join(sorted(self.branches, reverse=True))
            raise InfraToolError(
                f"the cluster that kubectl reaches has no Flux Kustomization of {names} of this repo",
                hint="KUBECONFIG names the cluster; a token of Gitea in GITEA_TOKEN does without",
            )
        return together(judged)

    def _follows(self, source: Object) -> bool:
        branch = _at(source, "spec", "ref", "branch") or "master"
        return branch in self.branches and self.is_ours(str(_at(source, "spec", "url")))

    def _seen(self, each: Object) -> Seen:
        attempted, applied = (_commit(each, field) for field in ("lastAttemptedRevision", "lastAppliedRevision"))
        ready = next(_conditions(each, "Ready"), {})
        about = str(ready.get("message") or "no word yet")
        if not self._holds(attempted):
            return Seen("pending", f"it has {attempted[:12] or 'nothing'} so far")
        if attempted != applied and self._holds(applied):
            return Seen("applied", f"{applied[:12]} is applied")
        is_current = _at(each, "status", "observedGeneration") == _at(each, "metadata", "generation")
        if ready.get("status") == "Unknown" or not is_current:
            return Seen("pending", about)
        return Seen("applied" if ready.get("status") == "True" else "failed", about)

    def _holds(self, commit: str) -> bool:
        return bool(commit) and (commit == self.commit or self.contains(commit, self.commit))


def _commit(each: Object, field: str) -> str:
    """Return the commit that a revision of a status names, as `main@sha1:COMMIT`."""
    return str(_at(each, "status", field) or "").rpartition(":")[2]


def _conditions(each: Object, kind: str) -> Iterator[Object]:
    listed = _at(each, "status", "conditions")
    for condition in listed if isinstance(listed, list) else ():
        if isinstance(condition, dict) and condition.get("type") == kind:
            yield condition


def _name(each: Object) -> tuple[object, str]:
    return _at(each, "metadata", "namespace"), str(_at(each, "metadata", "name"))


def _source(each: Object) -> tuple[object, str] | None:
    if _at(each, "spec", "sourceRef", "kind") != "GitRepository":
        return None
    namespace = _at(each, "spec", "sourceRef", "namespace") or _at(each, "metadata", "namespace")
    return namespace, str(_at(each, "spec", "sourceRef", "name"))


def _at(value: object, *path: str) -> object:
    """Return what lies at a path of mappings, None where there is nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
