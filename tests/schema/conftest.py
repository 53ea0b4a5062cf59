"""Documents made from the schemas themselves, whole and damaged; the same ones on every run."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

Schema = dict[str, Any]
QUANTITIES = ("100m", "1Gi", 2, 0.5, "1.5")
SCALARS: dict[str, tuple[object, ...]] = {
    "string": ("text", "8080", "true", "a: b", ""),
    "integer": (0, 1, 8080, 5.0),
    "number": (0, 1, 0.25),
    "boolean": (True, False),
    "any": ("anything", 5, {"a": [1]}),
}
DEPTH = 9
USUAL = tuple(
    f"io.k8s.api.{name}"
    for name in (
        *("apps.v1.DaemonSet", "apps.v1.Deployment", "apps.v1.StatefulSet", "batch.v1.CronJob", "batch.v1.Job"),
        *(
            "core.v1.ConfigMap",
            "core.v1.LimitRange",
            "core.v1.Namespace",
            "core.v1.PersistentVolumeClaim",
            "core.v1.Pod",
        ),
        *("core.v1.ResourceQuota", "core.v1.Secret", "core.v1.Service", "core.v1.ServiceAccount"),
        *("networking.v1.Ingress", "networking.v1.NetworkPolicy", "policy.v1.PodDisruptionBudget"),
        *("rbac.v1.Role", "rbac.v1.RoleBinding", "autoscaling.v2.HorizontalPodAutoscaler"),
        *("scheduling.v1.PriorityClass", "storage.v1.StorageClass", "apiserverinternal.v1alpha1.StorageVersion"),
    )
)


class Made(NamedTuple):
    """A document and what was done to it ("nothing" leaves it whole)."""

    kind: str
    change: str
    document: dict[str, Any]


class Place(NamedTuple):
    """A value inside of a document: the collection that holds it, under which key, and its schema."""

    owner: Any
    key: Any
    schema: Schema
    required: bool


class Maker:
    """Makes documents of the kinds of one Kubernetes version."""

    def __init__(self, version: str, seed: int) -> None:
        spec = find_spec("kubernetes_validate")
        assert spec is not None
        assert spec.submodule_search_locations
        root = Path(spec.submodule_search_locations[0]) / "kubernetes-json-schema" / f"v{version}.0-local-strict"
        self.definitions = json.loads((root / "_definitions.json").read_text())["$defs"]
        self.random = random.Random(seed)  # noqa: S311 -- the same documents on every run are the point
        self.places: list[Place] = []

    def kinds(self) -> list[str]:
        """Names of the definitions that are objects with metadata, no lists of them."""
        return sorted(
            name
            for name, schema in self.definitions.items()
            if len(schema.get("x-kubernetes-group-version-kind", ())) == 1
            and "ObjectMeta" in schema.get("properties", {}).get("metadata", {}).get("$ref", "")
        )

    def documents(self, each: int, kinds: int) -> Iterator[Made]:
        used: Counter[str] = Counter()
        others = [name for name in self.kinds() if name not in USUAL]
        for name in (*USUAL, *self.random.sample(others, kinds - len(USUAL))):
            for index in range(each):
                self.places = []
                document = self.mapping(self.definitions[name], 0)
                change = "nothing" if index % 5 < 2 else self.damage(document, used)
                yield Made(name, change, document)

    def damage(self, document: dict[str, Any], used: Counter[str]) -> str:
        """Apply, of the changes that are possible here, the one that was used least, and return its name."""
        for change in sorted(CHANGES, key=lambda change: (used[change], change)):
            if CHANGES[change](self, document):
                used[change] += 1
                return change
        return "nothing"

    def resolve(self, schema: Schema) -> Schema:
        return self.resolve(self.definitions[schema["$ref"].rpartition("/")[2]]) if "$ref" in schema else schema

    def mapping(self, schema: Schema, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        required = schema.get("required", ())
        for name, inner in schema["properties"].items():
            needed = name in required or (depth == 0 and name in {"apiVersion", "kind", "metadata"})
            if needed or (
                name not in {"status", "managedFields"} and self.random.random() < (0.9, 0.3, 0.2)[min(depth, 2)]
            ):
                if depth > DEPTH and not needed:
                    continue
                found[name] = self.value(inner, depth + 1)
                if name == "annotations":
                    self.places = [place for place in self.places if place.owner is not found[name]]
                self.places.append(Place(found, name, self.resolve(inner), name in required))
        if "generateName" in schema["properties"]:
            found["name"] = "web"
        return found

    def value(self, schema: Schema, depth: int) -> object:
        schema = self.resolve(schema)
        if "enum" in schema:
            return schema["enum"][0]
        match _type(schema):
            case "oneOf":
                numbers = any("number" in choice["type"] for choice in schema["oneOf"])
                made: object = self.random.choice(QUANTITIES if numbers else (8080, "http", "25%"))
            case "object":
                made = self.mapping(schema, depth)
            case "map":
                inner = schema.get("additionalProperties", {"type": "string"})
                made = items = {key: self.value(inner, depth + 1) for key in ("app", "example.com/part")}
                self.places += [Place(items, key, self.resolve(inner), required=False) for key in items]
            case "array":
                made = self.array(self.resolve(schema["items"]), depth)
            case name:
                made = self.random.choice(SCALARS[name])
        return made

    def array(self, schema: Schema, depth: int) -> list[object]:
        items = [self.value(schema, depth + 1) for _ in range(self.random.randint(1, 2))]
        self.places += [Place(items, index, schema, required=True) for index in range(len(items))]
        return items

    def pick(self, *types: str, required: bool | None = None) -> Place | None:
        """Choose a value whose schema has one of these types; "oneOf" and "any" are types here."""
        fits = [
            place
            for place in self.places
            if _type(place.schema) in types and "enum" not in place.schema and required in {None, place.required}
        ]
        return self.random.choice(fits) if fits else None


def _type(schema: Schema) -> str:
    if "oneOf" in schema:
        return "oneOf"
    found = schema.get("type", "any")
    name = str(found[0] if isinstance(found, list) else found)
    return "map" if name == "object" and "properties" not in schema else name


def _put(*types: str, value: object, required: bool | None = None) -> Callable[[Maker, dict[str, Any]], bool]:
    """Return a change that puts `value` where one of the types is wanted."""

    def change(maker: Maker, _: dict[str, Any]) -> bool:
        place = maker.pick(*types, required=required)
        if place is not None:
            place.owner[place.key] = value
        return place is not None

    return change


def _top(**values: object) -> Callable[[Maker, dict[str, Any]], bool]:
    """Return a change of the document itself; None removes a key."""

    def change(_: Maker, document: dict[str, Any]) -> bool:
        for key, value in values.items():
            if value is None:
                document.pop(key)
            else:
                document[key] = value
        return True

    return change


def _misspell(maker: Maker, _: dict[str, Any]) -> bool:
    places = [place for place in maker.places if isinstance(place.key, str)]
    place = maker.random.choice(places)
    place.owner[place.key[:-1] + "x"] = place.owner.pop(place.key)
    return True


def _drop(*, required: bool) -> Callable[[Maker, dict[str, Any]], bool]:
    def change(maker: Maker, document: dict[str, Any]) -> bool:
        fits = [
            place
            for place in maker.places
            if isinstance(place.key, str)
            and place.required is required
            and place.owner is not document
            and place.key != "name"
        ]
        if fits:
            place = maker.random.choice(fits)
            del place.owner[place.key]
        return bool(fits)

    return change


def _misspell_kind(_: Maker, document: dict[str, Any]) -> bool:
    document["kind"] += "x"
    return True


def _lower_kind(_: Maker, document: dict[str, Any]) -> bool:
    document["kind"] = document["kind"].lower()
    return True


def _unname(_: Maker, document: dict[str, Any]) -> bool:
    document["metadata"].pop("name")
    document["metadata"].pop("generateName", None)
    return True


def _annotate(_: Maker, document: dict[str, Any]) -> bool:
    document["metadata"]["annotations"] = {"number": 1.5, "flag": True}
    return True


def _encrypt(maker: Maker, document: dict[str, Any]) -> bool:
    document["sops"] = {"mac": "ENC[AES256_GCM,data:AA==,type:str]", "version": "3.13.2"}
    _put("integer", "oneOf", value="ENC[AES256_GCM,data:AA==,type:int]")(maker, document)
    return True


CHANGES: dict[str, Callable[[Maker, dict[str, Any]], bool]] = {
    "field misspelt": _misspell,
    "optional field removed": _drop(required=False),
    "required field removed": _drop(required=True),
    "integer for a string": _put("string", value=7),
    "boolean for a string": _put("string", value=True),
    "list for a string": _put("string", value=["x"]),
    "string for an integer": _put("integer", value="two"),
    "quoted integer": _put("integer", value="2"),
    "fraction for an integer": _put("integer", value=1.5),
    "boolean for an integer": _put("integer", value=True),
    "integer beyond 64 bits": _put("integer", value=2**70),
    "string for a boolean": _put("boolean", value="yes"),
    "string for a list": _put("array", value="x"),
    "mapping for a list": _put("array", value={"a": "b"}),
    "list for an object": _put("object", value=[{}]),
    "string for a map": _put("map", value="x"),
    "boolean for a quantity or port": _put("oneOf", value=False),
    "list for a quantity or port": _put("oneOf", value=[1]),
    "null for a quantity or port": _put("oneOf", value=None),
    "null for a required scalar or list": _put("string", "integer", "boolean", "array", value=None, required=True),
    "null for an optional value": _put(
        "string", "integer", "boolean", "array", "map", "object", value=None, required=False
    ),
    "variable in a typed field": _put("integer", "boolean", value="${REPLICAS}"),
    "variable in a string": _put("string", value="${NAME:=web}"),
    "encrypted": _encrypt,
    "annotation that is no string": _annotate,
    "apiVersion missing": _top(apiVersion=None),
    "kind missing": _top(kind=None),
    "metadata missing": _top(metadata=None),
    "name missing": _unname,
    "kind misspelt": _misspell_kind,
    "kind in lower case": _lower_kind,
    "kind of a CRD": _top(apiVersion="example.com/v1", kind="Thing"),
    "a group of a CRD, a kind of Kubernetes": _top(apiVersion="apps.example.com/v1"),
    "a subtype as kind": _top(apiVersion="v1", kind="PodSpec"),
    "a version that is not there": _top(apiVersion="apps/v0"),
}


@pytest.fixture(scope="session")
def make() -> Callable[[str], list[Made]]:
    """Return 20 documents of each of 45 kinds of a Kubernetes version."""
    return lambda version: list(Maker(version, seed=20).documents(each=20, kinds=45))
