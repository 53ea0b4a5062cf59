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

    It is looked for in `namespace`, that of the owner by default; for `charts` see Cluster.lacks.
    """
    place = owner.namespace if namespace is None else namespace
    if not cluster.lacks(kind, place, name.text, charts=charts):
        return
    message = f"there is no {kind.name} {name.text}{f' in namespace {place}' if place else ''}"
    elsewhere = next((one for one in cluster.of(kind) if one.name == name.text), None)
    if elsewhere is not None:
        help_ = f"{where(elsewhere)} has one in namespace {elsewhere.namespace}"
    else:
        help_ = did_you_mean(name.text, cluster.names(kind, place)) or "add it, or correct the name"
    yield point(owner, name, message, help_)
