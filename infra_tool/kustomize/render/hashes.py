"""The suffix of generated ConfigMaps and Secrets: a hash of what they hold."""

import hashlib
import json
import math

from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.resource import Resource
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, value_of

DIGITS = str.maketrans("013ae", "ghkmt")
"""Digits that could make a word are replaced."""
LENGTH = 10
HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
PARTS = {"ConfigMap": "binaryData", "Secret": "stringData"}


def append(objects: Objects) -> None:
    """Append the suffix to the name of each object that needs one."""
    for resource in objects.items:
        if resource.needs_hash:
            resource.remember()
            name = resource.metadata["name"]
            resource.rename(Leaf(f"{resource.name}-{suffix(resource)}", name.origin, name.node))
    objects.changed()


def suffix(resource: Resource) -> str:
    """Return the suffix of a ConfigMap or Secret."""
    root = resource.root
    kind = resource.gvk.kind
    content: dict[str, object] = {"kind": kind, "name": "", "data": _plain(root.get("data"))}
    if kind == "Secret":
        content["type"] = _plain(root.get("type"))
    part = root.get(PARTS[kind])
    if isinstance(part, (Map, List)):
        content[PARTS[kind]] = _plain(part)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).translate(HTML)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH].translate(DIGITS)


def _plain(value: Value | None) -> object:
    if value is None:
        return ""
    if isinstance(value, Leaf):
        return value.text
    return _json(value) if isinstance(value, Map) else None


def _json(value: Value) -> object:
    if isinstance(value, Map):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, List):
        return [_json(item) for item in value]
    found = value_of(value)
    if isinstance(found, float) and found.is_integer() and math.isfinite(found):
        return int(found)
    return found
