"""The files that kubernetes-validate ships: which Kubernetes versions there are, and what they define.

The package is never imported (that takes 0.2 s); its files are found and read.
"""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from infra_tool.errors import InfraToolError, UsageError

PACKAGE = "kubernetes_validate"
DIRECTORY = re.compile(r"v(\d+)\.(\d+)\.(\d+)-local-strict$")
ASKED = re.compile(r"v?(\d+)\.(\d+)(?:[.+-].*)?$")
REFERENCE = "#/$defs/"
KEPT = ("type", "format", "required", "x-kubernetes-list-type", "x-kubernetes-list-map-keys")

Version = tuple[int, int, int]
Pruned = dict[str, object]
"""A definition without descriptions; a `$ref` is the bare name of another definition."""


class Source(NamedTuple):
    """The definitions of one Kubernetes version, as a file of the package."""

    package: str
    version: Version
    file: Path


class Definitions(NamedTuple):
    """What one version defines: kinds by apiVersion, each with the name of its definition, and all definitions."""

    kinds: dict[str, dict[str, str]]
    definitions: dict[str, Pruned]


def locate(asked: str | None) -> Source:
    """Return the newest version that is not newer than `asked` ("1.33"), else the oldest; None asks for the newest.

    Raises UsageError for what is no Kubernetes version, InfraToolError when the package is not there.
    """
    root = _package()
    versions = {
        (int(match[1]), int(match[2]), int(match[3])): path
        for path in (root / "kubernetes-json-schema").iterdir()
        if (match := DIRECTORY.match(path.name))
    }
    if not versions:
        raise _missing()
    version = choose(sorted(versions), asked)
    return Source(_package_version(root), version, versions[version] / "_definitions.json")


def choose(versions: list[Version], asked: str | None) -> Version:
    """Pick from the sorted `versions`; see locate."""
    if asked is None:
        return versions[-1]
    wanted = minor(asked)
    return next((version for version in reversed(versions) if version[:2] <= wanted), versions[0])


def minor(asked: str) -> tuple[int, int]:
    """Return (1, 33) for "1.33", "v1.33.4" and "1.33.4+k3s1"; raises UsageError for anything else."""
    match = ASKED.match(asked)
    if match is None:
        raise UsageError(f"{asked!r} is not a Kubernetes version", hint="write the minor version, such as 1.33")
    return int(match[1]), int(match[2])


def read(source: Source) -> Definitions:
    """Read and prune the definitions of one version; takes about 30 ms. Raises InfraToolError when they are broken."""
    try:
        raw = json.loads(source.file.read_bytes())["$defs"]
        definitions = {name: _prune(schema) for name, schema in raw.items()}
        return Definitions(_kinds(raw), definitions)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"the Kubernetes schemas in {source.file} cannot be read"
        raise InfraToolError(message, hint="install kubernetes-validate again") from error


def _package() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise _missing()
    return Path(spec.submodule_search_locations[0])


def _missing() -> InfraToolError:
    return InfraToolError("the Kubernetes schemas are not installed", hint="pip install kubernetes-validate")


def _package_version(root: Path) -> str:
    """Return the package's version; importlib.metadata takes 74 ms to say the same."""
    match = re.search(r"\d[\w.]*", (root / "version.py").read_text())
    return match.group() if match else "unknown"


def _kinds(raw: dict[str, dict[str, list[dict[str, str]]]]) -> dict[str, dict[str, str]]:
    """Index the definitions that are kinds of their own.

    Subtypes such as PodSpec name no group; DeleteOptions and WatchEvent name every group and can be applied in none.
    """
    kinds: dict[str, dict[str, str]] = {}
    for name, schema in raw.items():
        groups = schema.get("x-kubernetes-group-version-kind", [])
        if len(groups) == 1:
            group, version, kind = (groups[0][key] for key in ("group", "version", "kind"))
            kinds.setdefault(f"{group}/{version}" if group else version, {})[kind] = name
    return kinds


def _prune(schema: dict[str, object]) -> Pruned:
    pruned = {key: schema[key] for key in KEPT if key in schema}
    for key in ("items", "additionalProperties"):
        if isinstance(inner := schema.get(key), dict):
            pruned[key] = _prune(inner)
    if isinstance(properties := schema.get("properties"), dict):
        pruned["properties"] = {name: _prune(inner) for name, inner in properties.items()}
    if isinstance(choices := schema.get("oneOf"), list):
        pruned["oneOf"] = [_prune(choice) for choice in choices]
    if isinstance(reference := schema.get("$ref"), str):
        pruned["$ref"] = reference.removeprefix(REFERENCE)
    return pruned
