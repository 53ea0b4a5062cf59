"""Hold what patches, generators and the like bring into an object against the schemas, where they say it.

What a manifest itself says is judged in the manifest.
"""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.kustomize import KustomizationFile
from infra_tool.kustomize.render.value import Leaf, List, Map, Value
from infra_tool.lint.cluster import Cluster, Object
from infra_tool.lint.cluster.point import point, point_key
from infra_tool.lint.inert import is_lonely
from infra_tool.lint.mark import Mark
from infra_tool.lint.subject import Facts
from infra_tool.lint.violations import holding
from infra_tool.schema import Code, Violation
from infra_tool.yamldoc import Mapping, Node, Scalar, Sequence
from infra_tool.yamldoc.resolve import TAG

CHANGES = (
    *("patches", "patchesstrategicmerge", "patchesjson6902", "configmapgenerator", "secretgenerator"),
    *("replacements", "labels", "commonlabels", "commonannotations", "nameprefix", "namesuffix"),
)
"""Fields of a kustomization file, in lower case, that bring values which no image, namespace or count is."""

TOGETHER = "K013"
"""What fields contradict: where one of them may change without the rest being judged, it is left to the manifest."""

Path = tuple[str, ...]


class Place(NamedTuple):
    """Where a node of a rendered object comes from: the value itself, or a key of it."""

    value: Value
    key: str | None
    path: Path

    @property
    def file(self) -> str:
        """The file that says it; a key that was added to a mapping is where its value is."""
        here = self.value
        if self.key is not None and isinstance(here, Map):
            is_own = isinstance(here.node, Mapping) and here.node.key(self.key) is not None
            here = here if is_own else here[self.key]
        return here.origin.path


def violations(cluster: Cluster, facts: Facts) -> Iterator[tuple[Code, Mark]]:
    """Yield what is wrong in objects of a cluster with values that their manifests do not say.

    One place may be in many objects, and is told once.
    """
    changed: dict[int, bool] = {}
    seen: set[tuple[Code, str, int, int, str]] = set()
    for one in cluster.objects:
        build = one.root.build
        if id(build) not in changed:
            changed[id(build)] = any(map(_changes, build.kustomizations)) or _is_patched(one)
        home = one.value.origin.path
        if changed[id(build)] and (home not in cluster.repo.applied or _has_foreign(one.value, home)):
            for code, mark in _object(one, cluster, facts):
                key = code, mark.path, mark.line, mark.column, mark.message
                if key not in seen:
                    seen.add(key)
                    yield code, mark


def _changes(file: KustomizationFile) -> bool:
    return any(name in file.fields for name in CHANGES)


def _is_patched(one: Object) -> bool:
    return one.root.by is not None and bool(one.root.by.patches)


def _has_foreign(value: Value, home: str) -> bool:
    """Tell whether a part of an object is from another file; its namespace may be."""
    if isinstance(value, Map):
        return any(_has_foreign(inner, home) for key, inner in value.items() if key != "namespace")
    if isinstance(value, List):
        return any(_has_foreign(inner, home) for inner in value)
    return value.origin.path != home


def _object(one: Object, cluster: Cluster, facts: Facts) -> Iterator[tuple[Code, Mark]]:
    nodes = _Nodes()
    root = nodes.mapping(one.value, ())
    verdict = facts.schemas.check(root)
    newest = facts.newest.check(root) if verdict.violations and facts.newest is not None else verdict
    for found in holding(verdict, newest):
        place = nodes.places.get(id(found.node))
        if place is None or found.lacks or place.file in cluster.repo.applied:
            continue
        if found.code != TOGETHER or not is_lonely(place.path):
            yield found.code, _mark(one, place, found)


def _mark(one: Object, place: Place, found: Violation) -> Mark:
    if (path := _json_path(place)) is not None:
        mark = point(one, path, found.message, found.help)
    elif place.key is not None and isinstance(place.value, Map):
        mark = point_key(one, place.value, place.key, found.message, found.help)
    else:
        mark = point(one, place.value, found.message, found.help)
    return mark._replace(severity="warning") if found.is_risky else mark


def _json_path(place: Place) -> Leaf | None:
    """Return the path of the step of a JSON patch that brings a key, since the key is written in no other place."""
    value = place.value.get(place.key) if place.key is not None and isinstance(place.value, Map) else None
    file = value.origin.file if value is not None else None
    if value is None or file is None or value.node is None:
        return None
    for root in (document.root for document in file.documents):
        for step in root.values() if isinstance(root, Sequence) else ():
            path = step.get("path") if isinstance(step, Mapping) and step.get("value") is value.node else None
            if isinstance(path, Scalar):
                return Leaf(path.value, value.origin, path)
    return None


class _Nodes:
    """Makes nodes of rendered values; `places` tells, by the node's id, where each comes from."""

    def __init__(self) -> None:
        self.places: dict[int, Place] = {}
        self._kept: list[Node] = []

    def mapping(self, value: Map, path: Path) -> Mapping:
        made = Mapping(0)
        for key, inner in value.items():
            name = self._placed(Scalar(0, 0, key, '"'), Place(value, key, path))
            made.items.append((name, self._node(inner, (*path, key))))
        return made

    def _node(self, value: Value, path: Path) -> Node:
        if isinstance(value, Map):
            return self._placed(self.mapping(value, path), Place(value, None, path))
        if isinstance(value, List):
            made = Sequence(0)
            made.items = [self._node(inner, (*path, "*")) for inner in value]
            return self._placed(made, Place(value, None, path))
        return self._placed(_scalar(value), Place(value, None, path))

    def _placed(self, node: Node, place: Place) -> Node:
        self.places[id(node)] = place
        self._kept.append(node)
        return node


def _scalar(leaf: Leaf) -> Scalar:
    if leaf.is_null:
        return Scalar(0, 0, "null")
    return Scalar(0, 0, leaf.text, leaf.style or None, f"{TAG}{leaf.tag}" if leaf.tag else None)
