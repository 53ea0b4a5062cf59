"""Something that an object needs and the cluster lacks, as a mark."""

from collections.abc import Iterator

from infra_tool.kustomize.render.value import Leaf
from infra_tool.lint.cluster import Cluster, Kind, Object
from infra_tool.lint.cluster.point import point, where
from infra_tool.lint.mark import Mark
from infra_tool.repo import did_you_mean


def absent(
    cluster: Cluster, owner: Object, kind: Kind, name: Leaf, *, namespace: str | None = None, charts: bool = True
) -> Iterator[Mark]:
    """Yield a mark on the name of an object that `owner` refers to, if it is certain that there is none.

    It is looked for in `namespace`, that of the owner by default; for `charts` see Cluster.lacks. Where a chart or an
    operator may bring it, a name that looks misspelt is a warning.
    """
    place = owner.namespace if namespace is None else namespace
    is_certain = cluster.lacks(kind, place, name.text, charts=charts)
    meant = None if is_certain else cluster.misspells(kind, place, name.text)
    if not is_certain and meant is None:
        return
    message = f"there is no {kind.name} {name.text}{f' in namespace {place}' if place else ''}"
    elsewhere = next((one for one in cluster.of(kind) if one.name == name.text), None)
    if elsewhere is not None:
        help_ = f"{where(elsewhere)} has one in namespace {elsewhere.namespace}"
    else:
        help_ = did_you_mean(name.text, cluster.names(kind, place)) or "add it, or correct the name"
    mark = point(owner, name, message, help_ if meant is None else f"did you mean {meant}?")
    yield mark if is_certain else mark._replace(severity="warning")
