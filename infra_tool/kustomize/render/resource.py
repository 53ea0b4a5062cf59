"""An object under way through a build, and what tells one from another."""

from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.render.plain import is_ambiguous
from infra_tool.kustomize.render.unsupported import unsupported
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, plain_value, string, text_of
from infra_tool.kustomize.scope import DEFAULT, is_cluster_scoped

CLUSTER = "_non_namespaceable_"
"""What stands for the namespace of a kind that has none."""


class Gvk(NamedTuple):
    """Group, version and kind; in a selector an empty one is any."""

    group: str
    version: str
    kind: str

    def is_selected(self, selector: "Gvk") -> bool:
        """Tell whether a selector takes this."""
        return (
            (not selector.kind or selector.kind == self.kind)
            and (not selector.group or selector.group == self.group)
            and (not selector.version or selector.version == self.version)
        )

    @property
    def api_version(self) -> str:
        """Return group and version as an object writes them."""
        return f"{self.group}/{self.version}" if self.group else self.version


class Id(NamedTuple):
    """What an object is told apart by; `namespace` is `default` where none is given."""

    gvk: Gvk
    namespace: str
    name: str

    def __str__(self) -> str:
        """Return `Kind/namespace/name`."""
        return "/".join((self.gvk.kind, *((self.namespace,) if self.namespace != CLUSTER else ()), self.name))


def effective(gvk: Gvk, namespace: str) -> str:
    """Return the namespace that an object is in."""
    return CLUSTER if is_cluster_scoped(gvk.kind, gvk.group, gvk.version) else namespace or DEFAULT


class Resource:
    """An object with what the build remembers of it: earlier names, prefixes, suffixes, how it was generated.

    `variables` are the names of those that take their value from it; `note` is what kustomize notes as its origin when
    `buildMetadata` is given.
    """

    __slots__ = ("behavior", "needs_hash", "note", "prefixes", "previous", "root", "suffixes", "variables")

    def __init__(self, root: Map) -> None:
        """Start with an object as read."""
        self.root = root
        self.previous: list[tuple[str, str, str]] = []
        self.prefixes: list[str] = []
        self.suffixes: list[str] = []
        self.variables: list[str] = []
        self.needs_hash = False
        self.behavior = ""
        self.note = ""

    @property
    def gvk(self) -> Gvk:
        """Group, version and kind."""
        root = self.root
        version, kind = root.get("apiVersion"), root.get("kind")
        group, slash, rest = (version.text if type(version) is Leaf else "").partition("/")
        return Gvk(group if slash else "", rest if slash else group, kind.text if type(kind) is Leaf else "")

    @property
    def metadata(self) -> Map:
        """The metadata; an object that a patch took it from gets an empty one."""
        found = self.root.get("metadata")
        if not isinstance(found, Map):
            found = self.root["metadata"] = Map(self.root.origin, self.root.node)
        return found

    @property
    def name(self) -> str:
        """The name."""
        return text_of(self.metadata.get("name"))

    @property
    def namespace(self) -> str:
        """The namespace as written, empty where there is none."""
        return text_of(self.metadata.get("namespace"))

    @property
    def id(self) -> Id:
        """What the object is told apart by now."""
        gvk = self.gvk
        return Id(gvk, effective(gvk, self.namespace), self.name)

    def earlier(self) -> list[Id]:
        """Return what it was told apart by before, oldest first."""
        if not self.previous:
            return []
        group, version, _ = self.gvk
        return [
            Id(gvk := Gvk(group, version, kind), effective(gvk, namespace), name)
            for kind, namespace, name in self.previous
        ]

    def ids(self) -> list[Id]:
        """Return all that it was ever told apart by, the present last."""
        return [*self.earlier(), self.id]

    @property
    def first_id(self) -> Id:
        """What it was told apart by at first."""
        return self.earlier()[0] if self.previous else self.id

    def remember(self) -> None:
        """Note the present name, before it changes; raises InfraToolError for one that kustomize cannot note."""
        now = self.id
        previous = (now.gvk.kind, now.namespace, now.name)
        if any("," in text for text in previous):
            self._refuse_comma(previous)
        self.previous.append(previous)

    def _refuse_comma(self, previous: tuple[str, str, str]) -> None:
        """Refuse a comma, with which kustomize separates the names that it notes."""
        path, line = self.root.origin.path, self.root.origin.line(self.root.node)
        if len({text.count(",") for text in previous}) == 1:
            raise unsupported("a comma in kind, namespace and name", path=path, line=line)
        raise InfraToolError("a comma in kind, namespace or name cannot be followed", path=path, line=line)

    @property
    def has_notes(self) -> bool:
        """Tell whether kustomize keeps annotations of its own in the object, which it removes at the end."""
        return bool(self.previous or self.prefixes or self.suffixes or self.behavior or self.note)

    def rename(self, name: Leaf) -> None:
        """Change the name."""
        put(self.metadata, "name", name)

    def texts(self, field: str) -> dict[str, Leaf]:
        """Return the labels or annotations, every value a text as written."""
        found = self.metadata.get(field)
        if isinstance(found, List) and found:
            raise found.origin.error(f"{field} must be a mapping", found.node)
        if not isinstance(found, Map):
            return {}
        return {key: as_text(value) for key, value in found.items()}

    def set_texts(self, field: str, texts: dict[str, Leaf]) -> None:
        """Replace the labels or annotations; none at all removes the field."""
        metadata = self.metadata
        old = metadata.pop(field, None)
        if texts:
            found = metadata[field] = Map(
                old.origin if old is not None else self.root.origin, old.node if old else None
            )
            found.update(texts)


def as_text(value: Value) -> Leaf:
    """Return a scalar as the text that it was written as; a mapping or list is an empty one."""
    if isinstance(value, Leaf):
        return value if value.tag == "str" and not value.style else string(value.text, value.origin, value.node)
    return string("", value.origin, value.node)


def put(target: Map, key: str, value: Leaf) -> None:
    """Set a scalar of a mapping as kustomize does: what was there becomes it and keeps its style.

    A new key gets `value` itself.
    """
    old = target.get(key)
    if isinstance(old, Leaf):
        old.become(value)
        return
    if old is None:
        if plain_value(key) != key:
            raise value.origin.error(f"the key {key} must be a text, which kustomize cannot make of it", value.node)
        if not value.style and value.tag in ("", "str") and is_ambiguous(value.text):
            value.style = '"'
    target[key] = value


def written(value: Leaf, old: Leaf) -> Leaf:
    """Return a scalar after it became another."""
    old.become(value)
    return old
