"""The configuration of an infra repo, `.infra-tool.yaml`: one field a key, with its type, default and documentation."""
# ruff: noqa: RUF009 -- a setting is a dataclass field

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from infra_tool import __version__, git, yamldoc
from infra_tool.edits import Tree
from infra_tool.errors import UsageError
from infra_tool.finding import SEVERITIES, Severity
from infra_tool.repo.layout import check_name
from infra_tool.repo.requires import allows
from infra_tool.repo.settings import (
    Setting,
    by_name,
    checked,
    each,
    minor,
    needed,
    number,
    one_of,
    section,
    setting,
    text,
)
from infra_tool.yamldoc import Content, Scalar, YamlFile

PATH = ".infra-tool.yaml"
VERSION = 1

Layout = Literal["shared", "isolated"]
Backend = Literal["auto", "sops"]
Profile = Literal["off", "baseline", "restricted"]
Gate = Literal["hook", "branch"]

LIVE = "live"
"""The branch that Flux follows where only what lint found clean may reach it."""


def _format(place: Setting) -> int:
    value = number(place)
    if value != VERSION:
        raise place.wrong(
            f"is {value}; infra-tool {__version__} reads version {VERSION}", hint="install a newer infra-tool"
        )
    return value


def _registry(value: str) -> None:
    if "://" in value or value.endswith("/"):
        raise UsageError(f"{value!r} is no registry", hint="for example registry.example.org:5000, without a scheme")


def _cluster(value: str) -> None:
    check_name(value, "a cluster")


@dataclass(frozen=True, kw_only=True)
class SecretsConfig:
    """`secrets:`."""

    backend: Backend = setting(one_of(*get_args(Backend)), "auto", "auto: by a file's recipients; sops: the program")


@dataclass(frozen=True, kw_only=True)
class IngressConfig:
    """`ingress:`."""

    class_: str | None = setting(text, None, "class of new services; none: the cluster's default", key="class")
    tls_issuer: str | None = setting(text, None, "cert-manager ClusterIssuer of new services; none: plain HTTP")


@dataclass(frozen=True, kw_only=True)
class KnownConfig:
    """`lint.known:`, what lies outside of the repo."""

    namespaces: tuple[str, ...] = setting(each(text), (), "namespaces that something else creates")
    secrets: tuple[str, ...] = setting(each(text), (), "Secrets that something else creates, as NAMESPACE/NAME")
    crds: tuple[str, ...] = setting(each(text), (), "kinds with a CRD outside of the repo, as KIND.GROUP")
    storage_classes: tuple[str, ...] = setting(each(text), (), "StorageClasses that something else creates")


@dataclass(frozen=True, kw_only=True)
class LintConfig:
    """`lint:`."""

    select: tuple[str, ...] = setting(each(text), (), "only these rules, by code, family letter or name; none: all")
    ignore: tuple[str, ...] = setting(each(text), (), "not these rules")
    severity: Mapping[str, Severity] = setting(by_name(one_of(*SEVERITIES)), {}, "severity by rule, instead of its own")
    per_path_ignore: Mapping[str, tuple[str, ...]] = setting(by_name(each(text)), {}, "rules ignored, by path pattern")
    profile: Profile = setting(one_of(*get_args(Profile)), "baseline", "how strictly workloads are judged")
    revoked: tuple[str, ...] = setting(each(text), (), "recipients that may not open any secret any more")
    known: KnownConfig = setting(section(KnownConfig), KnownConfig(), "what lies outside of the repo")


@dataclass(frozen=True, kw_only=True)
class ImageKey:
    """An entry of `images:`, a further place of a tag."""

    path: str = needed(text, "the file that holds it")
    key: str = needed(text, "dotted path of the value in it, such as spec.values.image.tag")


@dataclass(frozen=True, kw_only=True)
class Config:
    """The configuration of an infra repo; a repo without the file has the defaults."""

    version: int = setting(_format, VERSION, "version of this file's format")
    requires: str | None = setting(text, None, "versions of infra-tool that may work on the repo; none: all")
    cluster: str | None = setting(checked(text, _cluster), None, "the cluster that is meant when none is named")
    registry: str | None = setting(checked(text, _registry), None, "registry of the own images: host, or host:port")
    owner: str | None = setting(text, None, "owner of the own images: REGISTRY/OWNER/SERVICE")
    layout: Layout = setting(one_of(*get_args(Layout)), "shared", "shared: one Flux Kustomization for all services")
    kubernetes: str = setting(minor, "1.33", "minor version of the clusters")
    flux: str | None = setting(minor, None, "minor version of Flux; none: the newest that is known")
    remote: str | None = setting(checked(text, git.check_url), None, "URL of the repo, for Flux and --push")
    branch: str = setting(text, "main", "branch that --push goes to")
    gate: Gate = setting(one_of(*get_args(Gate)), "hook", "hook: Flux follows branch; branch: live, once lint is clean")
    secrets: SecretsConfig = setting(section(SecretsConfig), SecretsConfig(), "how secrets are written")
    ingress: IngressConfig = setting(section(IngressConfig), IngressConfig(), "how new services are reached")
    lint: LintConfig = setting(section(LintConfig), LintConfig(), "what lint judges")
    images: tuple[ImageKey, ...] = setting(each(section(ImageKey)), (), "further places of a tag")
    templates: Mapping[str, str] = setting(by_name(text), {}, "template sources by what they make")
    stated: frozenset[str] = frozenset()
    """The top-level keys that the file gives; not a key itself."""

    @property
    def followed(self) -> str:
        """Return the branch that Flux follows."""
        return LIVE if self.gate == "branch" else self.branch

    @property
    def secrets_backend(self) -> Backend:
        """Return what writes secrets: the embedded codec where it can, or always the sops program."""
        return self.secrets.backend


def load_config(tree: Tree) -> Config:
    """Return the configuration of a repo.

    Raises UsageError, with path and line, for what is not in the schema; a repo that needs another version of
    infra-tool is refused first, since only that version knows the schema.
    """
    if PATH not in tree.entries:
        return Config()
    try:
        file = yamldoc.parse(tree.read(PATH), PATH)
    except yamldoc.YamlError as error:
        raise UsageError(error.message, path=error.path, line=error.line) from error
    root = _root(file)
    check_requires(file, root)
    place = Setting(file, "", root)
    config = section(Config)(place)
    stated = frozenset(key.value for key, value in place.entries() if not place.below(key.value, value).is_empty())
    if "version" not in stated:
        raise place.wrong("needs version", hint=f"write version: {VERSION}")
    return replace(config, stated=stated)


def _root(file: YamlFile) -> Content:
    roots = [document.root for document in file.documents if document.root is not None]
    if not roots:
        raise UsageError("is empty", hint=f"write version: {VERSION}, or remove the file", path=file.path, line=1)
    if len(roots) > 1:
        raise UsageError("holds more than one document", path=file.path, line=file.line(roots[1]))
    return roots[0]


def check_requires(file: YamlFile, root: Content, installed: str = __version__) -> None:
    """Raise UsageError unless the installed version of infra-tool may work on the repo."""
    wanted = yamldoc.lookup(root, "requires")
    if not isinstance(wanted, Scalar) or not wanted.value:
        return
    line = file.line(wanted)
    try:
        is_allowed = allows(wanted.value, installed)
    except UsageError as error:
        raise UsageError(error.message, hint=error.hint, path=file.path, line=line) from None
    if not is_allowed:
        raise UsageError(
            f"infra-tool {installed} is installed, this repo needs {wanted.value}",
            hint=f"pip install 'infra-tool{wanted.value}'",
            path=file.path,
            line=line,
        )
