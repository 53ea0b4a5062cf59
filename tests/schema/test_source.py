"""Which Kubernetes versions there are, and what is read of them."""

import sys
from pathlib import Path

import pytest

from infra_tool import proc
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.schema import load, source

VERSIONS = [(1, 9, 0), (1, 31, 2), (1, 33, 0), (1, 33, 1), (1, 37, 0)]


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ("1.33", (1, 33, 1)),
        ("v1.33.4", (1, 33, 1)),
        ("1.33.4+k3s1", (1, 33, 1)),
        ("1.32", (1, 31, 2)),
        ("1.99", (1, 37, 0)),
        ("2.0", (1, 37, 0)),
        ("1.10", (1, 9, 0)),
        ("1.9", (1, 9, 0)),
        ("1.5", (1, 9, 0)),
        (None, (1, 37, 0)),
    ],
)
def test_the_newest_version_that_is_not_newer(asked: str | None, chosen: source.Version) -> None:
    assert source.choose(VERSIONS, asked) == chosen


@pytest.mark.parametrize("asked", ["", "1", "latest", "1.x", "one.two", "1.33x"])
def test_what_is_no_version_is_wrong_usage(asked: str) -> None:
    with pytest.raises(UsageError, match="is not a Kubernetes version"):
        load(asked)


def test_a_version_that_is_not_there_is_told() -> None:
    assert (load("1.33").version, load("1.33").asked) == ("1.33", "1.33")
    assert (load("1.20").version, load("1.20").asked) == ("1.25", "1.20")
    assert (load("1.999").version, load("1.999").asked) == (load().version, "1.999")
    assert load().asked == load().version


def test_kinds_are_what_can_be_applied() -> None:
    kinds = load("1.33").kinds
    assert {"Pod", "Secret", "ConfigMapList"} <= set(kinds["v1"])
    assert "PodSpec" not in kinds["v1"]
    assert "DeleteOptions" not in kinds["apps/v1"]
    assert load("1.33").kind("apps/v1", "Pod") is None


def test_a_property_called_description_is_no_description() -> None:
    shape = load("1.33").kind("scheduling.k8s.io/v1", "PriorityClass")
    assert shape is not None
    assert "description" in shape.fields


def test_descriptions_are_dropped() -> None:
    read = source.read(source.locate("1.33"))
    assert "description" not in read.definitions["io.k8s.api.apps.v1.Deployment"]


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "PACKAGE", "not_installed_here")
    with pytest.raises(InfraToolError) as raised:
        source.locate("1.33")
    assert raised.value.hint == "pip install kubernetes-validate"


def test_broken_files_are_no_empty_schema(tmp_path: Path) -> None:
    file = tmp_path / "_definitions.json"
    for content in (b"", b"[]", b"{}", b'{"$defs": []}'):
        file.write_bytes(content)
        with pytest.raises(InfraToolError, match="cannot be read"):
            source.read(source.Source("1.0", (1, 33, 0), file))


def test_the_package_itself_is_never_imported() -> None:
    code = "import sys; from infra_tool import schema; schema.load('1.33').kind('v1', 'Pod'); print(*sys.modules)"
    loaded = proc.run((sys.executable, "-c", code)).stdout.decode().split()
    assert "infra_tool.schema.schemas" in loaded
    assert not {"kubernetes_validate", "jsonschema", "difflib", "tempfile"} & set(loaded)
