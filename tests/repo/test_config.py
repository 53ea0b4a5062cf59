from dataclasses import fields

import pytest

from infra_tool import yamldoc
from infra_tool.edits import MemoryTree
from infra_tool.errors import UsageError
from infra_tool.repo import PATH, Config, check_requires, load_config

FULL = """\
version: 1
requires: ">=0.1,<1"
cluster: koala
registry: registry.example.org:5000
owner: team
layout: isolated
kubernetes: "1.30"
flux: v2.6
remote: ssh://git@git.example.org:22/team/infra.git
branch: trunk
gate: branch
secrets: {backend: sops}
ingress: {class: traefik, tls_issuer: letsencrypt}
lint:
  select: [T, I002]
  ignore:
    - mutable-tag
  severity: {I015: info}
  per_path_ignore:
    "clusters/*/flux-system/*": [Y, W]
  profile: restricted
  revoked: [age1revoked]
  known:
    namespaces: [monitoring]
    secrets: [monitoring/grafana]
    crds: [Certificate.cert-manager.io]
    storage_classes: [longhorn]
images:
  - path: apps/n8n/values.yaml
    key: image.tag
templates: {service: "https://git.example.org/team/template.git"}
"""


def load(text: str) -> Config:
    return load_config(MemoryTree({PATH: text.encode()}))


def test_a_repo_without_the_file_has_the_defaults() -> None:
    config = load_config(MemoryTree({"README.md": b""}))
    assert config == Config()
    assert (config.branch, config.layout, config.secrets_backend, config.lint.profile) == (
        "main",
        "shared",
        "auto",
        "baseline",
    )
    assert not config.stated


def test_every_key_is_read() -> None:
    config = load(FULL)
    assert config.stated == {field.name for field in fields(Config)} - {"stated"}
    different = [field.name for field in fields(Config) if getattr(config, field.name) != getattr(Config(), field.name)]
    assert set(different) == config.stated - {"version"} | {"stated"}
    assert config.lint.per_path_ignore == {"clusters/*/flux-system/*": ("Y", "W")}
    assert config.lint.known.secrets == ("monitoring/grafana",)
    assert (config.kubernetes, config.flux, config.ingress.class_) == ("1.30", "2.6", "traefik")
    assert [(image.path, image.key) for image in config.images] == [("apps/n8n/values.yaml", "image.tag")]


def test_behind_the_gate_flux_follows_another_branch() -> None:
    assert load("version: 1\nbranch: trunk\n").followed == "trunk"
    assert load("version: 1\nbranch: trunk\ngate: branch\n").followed == "live"


def test_what_is_left_empty_is_not_given() -> None:
    config = load("version: 1\nregistry:\nowner: ''\nlint:\n  select:\nimages: []\n")
    assert (config.registry, config.owner, config.lint, config.images) == (None, None, Config().lint, ())
    assert config.stated == {"version", "lint", "images"} - {"lint"} | {"lint"}


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("version: 1\nclustre: koala\n", 2, "clustre is no key of the configuration", "did you mean cluster?"),
        ("version: 1\nlint:\n  Select: []\n", 3, "lint.Select is no key of the configuration", "did you mean select?"),
        ("version: 1\nzzz: 1\n", 2, "zzz is no key of the configuration", "known: version, requires, cluster"),
        ("version: 1\nkubernetes: 1.30\n", 2, "kubernetes must be a text, not a number", 'write "1.30", in quotes'),
        ("version: 1\nkubernetes: '1'\n", 2, "kubernetes must be a minor version, not '1'", 'for example "1.33"'),
        ("version: 1\nowner: true\n", 2, "owner must be a text, not a boolean", 'write "true", in quotes'),
        ("version: 1\nowner: [team]\n", 2, "owner must be a text", None),
        ("version: 1\nlayout: isolate\n", 2, "layout must be one of shared, isolated", "did you mean isolated?"),
        ("version: 1\nlint: {severity: {I015: fatal}}\n", 2, "lint.severity.I015 must be one of error", None),
        ("version: 1\nlint: {select: T}\n", 2, "lint.select must be a list", None),
        ("version: 1\nlint: [T]\n", 2, "lint must be a mapping", None),
        ("version: 1\nimages:\n  - path: a\n  - key: b\n    path: c\n", 3, "images[0] needs key", None),
        ("version: 1\ncluster: Koala\n", 2, "cluster is wrong: 'Koala' cannot be", "lower-case letters"),
        ("version: 1\nregistry: https://r.example.org\n", 2, "registry is wrong", "without a scheme"),
        ("version: 1\n\nversion: 1\n", 3, "version is given twice", None),
        ("version: 2\n", 1, "version is 2", "install a newer infra-tool"),
        ("version: '1'\n", 1, "version must be a whole number", None),
        ("cluster: koala\n", 1, "the configuration needs version", "write version: 1"),
        ("# nothing\n", 1, "is empty", "write version: 1"),
        ("version: 1\n---\nversion: 1\n", 3, "holds more than one document", None),
        ("version: 1\nlint: {\n", 3, "flow", None),
        ("- version\n", 1, "the configuration must be a mapping", None),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, message: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        load(text)
    assert (caught.value.path, caught.value.line) == (PATH, line)
    assert message in caught.value.message
    assert (hint or "") in (caught.value.hint or "")


def test_a_password_in_the_remote_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="holds a password") as caught:
        load("version: 1\nremote: https://me:hunter2@git.example.org/infra.git\n")
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_another_version_is_asked_for_before_anything_else_is_judged() -> None:
    with pytest.raises(UsageError) as caught:
        load('requires: ">=9.1"\nversion: 2\nfrom_the_future: true\n')
    assert caught.value.message.endswith("is installed, this repo needs >=9.1")
    assert (caught.value.line, caught.value.hint) == (1, "pip install 'infra-tool>=9.1'")


@pytest.mark.parametrize(
    ("specifier", "installed", "allowed"),
    [
        (">=0.1,<1", "0.1.0", True),
        (">=0.1,<1", "1.0", False),
        (">=0.1,<1", "0.99.dev3", True),
        (">0.1", "0.1.0", False),
        ("<=1.2", "1.2.0", True),
        ("==1.2", "1.2.1", False),
        ("==1.2.*", "1.2.1", True),
        ("!=1.2.*", "1.2.1", False),
        ("!=1.2", "1.2.1", True),
        ("~=1.2", "1.9", True),
        ("~=1.2", "2.0", False),
        ("~=1.2.3", "1.3", False),
        (" >= 0.9 , < 0.10 ", "0.9.5", True),
        ("<0.10", "0.9", True),
    ],
)
def test_versions_compare_by_number(specifier: str, installed: str, allowed: bool) -> None:  # noqa: FBT001 -- a table
    file = yamldoc.parse(f'requires: "{specifier}"\n'.encode(), PATH)
    root = file.documents[0].root
    assert root is not None
    if allowed:
        check_requires(file, root, installed)
    else:
        with pytest.raises(UsageError, match="this repo needs"):
            check_requires(file, root, installed)


@pytest.mark.parametrize("specifier", ["1.0", ">=x", ">=1,", "=>1", "~=1", ">=1.*", "<0.1,>=y"])
def test_what_is_no_specifier_is_refused(specifier: str) -> None:
    with pytest.raises(UsageError, match="is no version specifier") as caught:
        load(f'version: 1\nrequires: "{specifier}"\n')
    assert caught.value.line == 2
