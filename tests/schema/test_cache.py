"""The cache of pruned definitions: it saves time and is never needed."""

import stat
from pathlib import Path

import pytest

from infra_tool.schema import cache, source
from infra_tool.schema.schemas import load_from


def only(directory: Path) -> Path:
    (found,) = directory.iterdir()
    return found


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    bundle = cache.encode(source.read(source.locate("1.33")))
    cache.write(tmp_path / "made" / "file", bundle)
    assert cache.read(only(tmp_path / "made")) == bundle
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700


def test_the_second_load_reads_the_cache_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_from(tmp_path, "1.33")
    monkeypatch.setattr(source, "read", lambda _: pytest.fail("read the package's files again"))
    second = load_from(tmp_path, "1.33")
    assert second.kinds == first.kinds
    assert second.kind("v1", "Pod") == first.kind("v1", "Pod")


@pytest.mark.parametrize("damage", ["empty", "cut", "changed", "no text", "a directory"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, damage: str) -> None:
    load_from(tmp_path, "1.33")
    file = only(tmp_path)
    whole = file.read_bytes()
    match damage:
        case "empty":
            file.write_bytes(b"")
        case "cut":
            file.write_bytes(whole[:-1])
        case "changed":
            file.write_bytes(whole.replace(b"replicas", b"replicaz", 1))
        case "no text":
            file.write_bytes(b"\xff\xfe\n\xff")
        case _:
            file.unlink()
            file.mkdir()
    schemas = load_from(tmp_path, "1.33")
    assert schemas.kind("apps/v1", "Deployment") is not None
    assert "replicas" in schemas.shapes["io.k8s.api.apps.v1.DeploymentSpec"].fields
    if file.is_file():
        assert file.read_bytes() == whole


def test_each_kubernetes_and_package_version_has_its_own_file(tmp_path: Path) -> None:
    load_from(tmp_path, "1.32")
    load_from(tmp_path, "1.33")
    package = source.locate("1.33").package
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"schemas-1.32.0-{package}.1.txt",
        f"schemas-1.33.0-{package}.1.txt",
    ]


def test_a_place_that_cannot_be_written_to_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert load_from(tmp_path / "file", "1.33").kind("v1", "Pod") is not None
    assert load_from(None, "1.33").kind("v1", "Pod") is not None
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"XDG_CACHE_HOME": "/cache", "HOME": "/home/me"}, Path("/cache/infra-tool")),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/me"}, Path("/home/me/.cache/infra-tool")),
        ({"XDG_CACHE_HOME": "", "HOME": "/home/me"}, Path("/home/me/.cache/infra-tool")),
        ({}, None),
    ],
)
def test_where_it_lies(environment: dict[str, str], expected: Path | None) -> None:
    assert cache.directory(environment) == expected
