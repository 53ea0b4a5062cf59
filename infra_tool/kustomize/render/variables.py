"""`vars`: `$(NAME)` in some fields stands for the value of a field of some object."""

import re

from infra_tool.kustomize.check import pairs
from infra_tool.kustomize.entries import Fields, records, text_node
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render.fieldspec import Visit
from infra_tool.kustomize.render.numbers import shortest
from infra_tool.kustomize.render.objects import Objects, Variable
from infra_tool.kustomize.render.paths import PathError, lookup, steps
from infra_tool.kustomize.render.resource import CLUSTER, Gvk, Id, effective
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.unsupported import unsupported
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, frozen, is_null
from infra_tool.yamldoc import Mapping

NAME = "metadata.name"
ITEM = re.compile(r"(.*)\[(\d+)\]", re.DOTALL)
USE = re.compile(r"\$(?:\$|\(([^)]*)\))")
DECIMAL = re.compile(r"[+-]?[0-9]+")


def define(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Note which object each variable of a kustomization takes its value from."""
    origin = sources.origin(file)
    for node, fields in records(file.fields, "vars"):
        name, inner = text_node(fields, "name"), _inner(fields, "objref")
        path = text_node(_inner(fields, "fieldref"), "fieldPath")
        variable = Variable(name.value if name else "", path.value if path and path.value else NAME, origin, node)
        wanted, is_anywhere = _wanted(inner)
        found = [one for one in objects.named(wanted.name) if _is_meant(one.ids(), wanted, is_anywhere=is_anywhere)]
        if len(found) > 1:
            raise origin.error(f"several objects are what the variable {variable.name} refers to", node)
        for resource in found:
            resource.variables.append(variable.name)
        add(objects, variable)


def add(objects: Objects, variable: Variable) -> None:
    """Add a variable; raises InfraToolError when there is one of that name."""
    if variable.name in objects.variables:
        raise variable.origin.error(f"there is a variable {variable.name} already", variable.node)
    objects.variables[variable.name] = variable


def _inner(fields: Fields, name: str) -> Fields:
    found = fields.get(name)
    return pairs(found[1]) if found is not None and isinstance(found[1], Mapping) else {}


def _wanted(fields: Fields) -> tuple[Id, bool]:
    """Return what an object is told apart by, and whether its namespace does not matter."""
    words = {name: text_node(fields, name) for name in ("group", "version", "kind", "name", "namespace", "apiVersion")}
    group, version, kind, name, namespace, whole = (node.value if node is not None else "" for node in words.values())
    if whole:
        parts = whole.split("/")
        group, version = {1: (group, parts[0]), 2: (parts[0], parts[-1])}.get(len(parts), (group, version))
    gvk = Gvk(group, version, kind)
    place = effective(gvk, namespace)
    return Id(gvk, place, name), not namespace and place != CLUSTER


def _is_meant(ids: list[Id], wanted: Id, *, is_anywhere: bool) -> bool:
    return any(one == (wanted._replace(namespace=one.namespace) if is_anywhere else wanted) for one in ids)


def resolve(objects: Objects) -> None:
    """Write the values of all variables into the fields where variables are known."""
    found = {name: _value(objects, variable) for name, variable in sorted(objects.variables.items())}
    if not found:
        return
    for resource in objects.items:
        root = resource.root
        for spec in objects.config.variables.of(resource.gvk):
            Visit(spec, lambda value: _filled(value, found), None, (root.origin, root.node)).run(root)
    objects.changed()


def _value(objects: Objects, variable: Variable) -> Leaf | None:
    """Return the value of a variable, None for one that is no scalar and stands for itself."""
    holder = next((one for one in objects.items if variable.name in one.variables), None)
    if holder is None:
        raise variable.origin.error(f"there is no object that the variable {variable.name} refers to", variable.node)
    try:
        value = lookup(holder.root, _steps(variable.path))
    except PathError:
        value = None
    if value is None:
        message = f"{holder.id} has no {variable.path}, which the variable {variable.name} refers to"
        raise variable.origin.error(message, variable.node)
    if is_null(value):
        name = f"the variable {variable.name}, which is null,"
        raise unsupported(name, path=variable.origin.path, line=variable.origin.line(variable.node))
    return _typed(value, variable) if isinstance(value, Leaf) else None


def _steps(path: str) -> tuple[str, ...]:
    """Return the steps of a path, in which `items[0]` is a step too many."""
    found: list[str] = []
    for step in steps(path):
        item = ITEM.fullmatch(step)
        found += [step] if item is None else [part for part in item.groups() if part]
    return tuple(found)


def _typed(value: Leaf, variable: Variable) -> Leaf:
    """Return a value as kustomize reads it for a variable: numbers are decimal, a time is its text."""
    found = frozen(value)
    if found.tag == "int" and not DECIMAL.fullmatch(found.text):
        raise variable.origin.error(f"the variable {variable.name} is no decimal number", variable.node)
    text, tag = found.text, found.tag
    if tag == "int":
        text = str(int(text))
    elif tag == "float":
        text = shortest(float(text))
    elif tag == "bool":
        text = text.lower()
    else:
        tag = "str"
    return Leaf(text, value.origin, value.node, "", tag)


def _filled(value: Value, found: dict[str, Leaf | None]) -> Value:
    """Return a field after it was filled in: a text, or the texts of a list or mapping."""
    if is_null(value):
        return value
    if isinstance(value, Leaf):
        _fill(value, found)
    for item in value.values() if isinstance(value, Map) else value if isinstance(value, List) else ():
        if isinstance(item, Leaf) and frozen(item).tag == "str":
            _fill(item, found)
        elif isinstance(value, List):
            raise item.origin.error("a list of texts with variables holds something else", item.node)
    return value


def _fill(value: Leaf, found: dict[str, Leaf | None]) -> None:
    if frozen(value).tag != "str":
        return
    whole = found.get(value.text[2:-1]) if value.text == f"$({value.text[2:-1]})" else None
    if whole is not None:
        value.text, value.tag, value.origin, value.node = whole.text, whole.tag, whole.origin, whole.node
    else:
        value.text, value.tag = USE.sub(lambda use: _text(use, found), value.text), "str"
    value.style = ""


def _text(use: re.Match[str], found: dict[str, Leaf | None]) -> str:
    """Return what takes the place of `$(NAME)` inside of a text, and of `$$`."""
    if use[1] is None:
        return "$"
    known = found.get(use[1])
    return known.text if known is not None else use[0]
