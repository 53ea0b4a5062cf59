"""Hold a document against the schemas: an object, of a kind that exists, with the fields and types of that kind."""

from infra_tool.schema import kinds, words
from infra_tool.schema.admission import object_names
from infra_tool.schema.crds import Custom
from infra_tool.schema.here import Here
from infra_tool.schema.identity import EXAMPLES, KUSTOMIZE, Identity, identify, missing, only, without
from infra_tool.schema.lifetimes import lifetime
from infra_tool.schema.scalars import flat
from infra_tool.schema.shapes import ANY, OWN_METADATA, Shape
from infra_tool.schema.source import minor
from infra_tool.schema.violation import Unchecked, Verdict, Violation
from infra_tool.schema.walk import LATER, Walk
from infra_tool.yamldoc import Mapping, Node, Sequence

LIST_METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"
STRING = Shape("string")
TYPE = {"apiVersion": STRING, "kind": STRING}
OBJECT = Shape("object", fields={**TYPE, "metadata": OWN_METADATA})
"""What an object of any kind has."""

CLAIMS = ("spec", "volumeClaimTemplates")
JUDGES_CLAIMS = (1, 34)
"""Since then the API server refuses a StatefulSet whose claims are wrong; before, what the first pod needs of it."""

LIST = Shape("object", fields={**TYPE, "metadata": LIST_METADATA, "items": Shape("list", item=ANY)})


def check(schemas: kinds.Kinds, root: Mapping) -> Verdict:
    """Return what is wrong with one document; see Schemas.check."""
    done = _Check(schemas)
    done.document(root)
    # An anchored part is met once for each of its aliases, but is written once.
    once = {(found.code, id(found.node)): found for found in reversed(done.violations)}
    return Verdict(tuple(reversed(once.values())), tuple(done.unchecked), done.kind)


class _Check:
    """Collects what is found in one document, of which a List may hold many objects."""

    def __init__(self, schemas: kinds.Kinds) -> None:
        self._schemas = schemas
        self.violations: list[Violation] = []
        self.unchecked: list[Unchecked] = []
        self.kind: str | None = None

    def document(self, root: Mapping) -> None:
        root = flat(root)
        identity = identify(root)
        if (identity.api_version or "").startswith(KUSTOMIZE):
            return
        items = root.get("items")
        if identity.kind == "List" or ((identity.kind or "").endswith("List") and isinstance(items, Sequence)):
            self._missing(root, named=False)
            self._walk(root, LIST, identity)
            self._items(items)
            self.kind = None
        else:
            self._missing(root, named=True)
            self.kind = identity.kind
            self._object(root, identity)

    def _items(self, items: Node | None) -> None:
        for item in items.values() if isinstance(items, Sequence) else ():
            if isinstance(item, Mapping):
                self.document(item)
            else:
                self.violations.append(Violation("K004", item, "an item of a List must be an object"))

    def _missing(self, root: Mapping, *, named: bool) -> None:
        """Report what every object must say about itself and this one does not."""
        if names := missing(root, named=named):
            message = f"{words.listed(names)} {'is' if len(names) == 1 else 'are'} missing"
            help_ = f"every object needs {words.listed([EXAMPLES[name] for name in names])} or the like"
            self.violations.append(Violation("K001", _place(root, names), message, help_))

    def _object(self, root: Mapping, identity: Identity) -> None:
        """Check an object against the schema of its kind, or as far as objects of all kinds are alike."""
        api_version, kind = identity
        shape = self._schemas.kind(api_version, kind) if api_version and kind else None
        if shape is not None:
            self._named(root, api_version or "")
            self._walk(root, shape, identity)
            return
        self._walk(only(root, (*OBJECT.fields, "sops")), OBJECT, identity)
        custom = self._schemas.customs.get(api_version, kind) if api_version and kind else None
        if custom is not None:
            self._custom(root, custom, identity)
        elif reason := identity.unclear():
            self.unchecked.append(Unchecked(root, reason))
        elif api_version and kind:
            self._unknown(root, api_version, kind)

    def _named(self, root: Mapping, api_version: str) -> None:
        """Check the name of the object itself."""
        metadata = root.get("metadata")
        if isinstance(metadata, Mapping):
            self.violations += object_names.check(
                Here(metadata, ("metadata",)), root, api_version, self._schemas.version
            )

    def _custom(self, root: Mapping, custom: Custom, identity: Identity) -> None:
        """Check a custom resource; the fields that a schema by hand does not know may be those of a later version."""
        self._named(root, identity.api_version or "")
        before = len(self.violations)
        self._walk(root, custom.shape, identity)
        for index, found in enumerate(self.violations[before:], before):
            is_risky = found.is_risky or (
                custom.is_known_by_hand and found.code == "K003" and words.MEANT not in found.message
            )
            code = found.code if found.code == "K203" else "K202"
            self.violations[index] = found._replace(code=code, is_risky=is_risky)

    def _unknown(self, root: Mapping, api_version: str, kind: str) -> None:
        known = lifetime(api_version, kind)
        if known is not None and known.is_removed(self._schemas.version):
            message = f"{kind} {api_version} was removed in Kubernetes {known.removed}"
            instead = kinds.homes(self._schemas.kinds, kind)
            help_ = f"write `apiVersion: {instead[0]}`" if instead else None
            self.violations.append(Violation("K101", root.get("apiVersion") or root, message, help_))
        elif unknown := kinds.explain(self._schemas, api_version, kind) or self._schemas.customs.explain(
            api_version, kind
        ):
            node = root.get(unknown.field) or root
            self.violations.append(Violation("K002", node, unknown.message, unknown.help))
        else:
            self.unchecked.append(Unchecked(root, f"no schema for {kind} {api_version}"))

    def _walk(self, root: Mapping, shape: Shape, identity: Identity) -> None:
        encrypted = isinstance(root.get("sops"), Mapping)
        if encrypted:
            root = without(root, "sops")
        walk = Walk(
            self._schemas.shapes,
            subject=" ".join(filter(None, (identity.kind, identity.api_version))) or "an object",
            private=encrypted or identity.kind == "Secret",
            encrypted=encrypted,
            later=LATER if minor(self._schemas.version) >= JUDGES_CLAIMS else (*LATER, CLAIMS),
        )
        walk.visit(root, shape)
        self.violations += walk.found


def _place(root: Mapping, names: list[str]) -> Node:
    """Return the node to point at for what is missing: the nearest thing that is there."""
    metadata = root.key("metadata") if names == ["metadata.name"] else None
    inner = root.get("metadata") if metadata is not None else None
    name = inner.key("name") if isinstance(inner, Mapping) else None
    return name or metadata or root.key("kind") or root.key("apiVersion") or (root.items[0][0] if root.items else root)
