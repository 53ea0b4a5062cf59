"""What the K rules take for granted about kustomize, asked of the real one."""

from pathlib import Path

import pytest

from infra_tool import proc, schema
from infra_tool.yamldoc import Mapping, parse, text

pytestmark = pytest.mark.interop

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"


def build(directory: Path, document: str) -> proc.Completed:
    (directory / "kustomization.yaml").write_text("resources: [object.yaml]\n")
    (directory / "object.yaml").write_text(document)
    return proc.run(("kustomize", "build", str(directory)), ok=(0, 1))


def codes(data: bytes) -> set[str]:
    found: set[str] = set()
    for document in parse(data).documents:
        assert isinstance(document.root, Mapping)
        found |= {violation.code for violation in schema.load("1.33").check(document.root).violations}
    return found


@pytest.mark.usefixtures("interop_bin")
@pytest.mark.parametrize(
    "document",
    [
        CONFIG_MAP.replace("kind: ConfigMap\n", ""),
        CONFIG_MAP.replace("metadata: {name: web}\n", ""),
        CONFIG_MAP.replace("{name: web}", "{labels: {app: web}}"),
        CONFIG_MAP.replace("web", '""'),
    ],
    ids=["no kind", "no metadata", "no name", "empty name"],
)
def test_it_refuses_what_does_not_say_what_it_is(tmp_path: Path, document: str) -> None:
    assert codes(document.encode()) == {"K001"}
    assert build(tmp_path, document).status == 1


@pytest.mark.usefixtures("interop_bin")
def test_it_writes_an_objects_own_annotations_as_strings_and_nothing_else(tmp_path: Path) -> None:
    annotated = CONFIG_MAP.replace("{name: web}", "{name: web, annotations: {a: 1.10, b: true, c: yes, d: null}}")
    assert not codes(annotated.encode())
    built = parse(build(tmp_path, annotated).stdout).documents[0].root
    assert [text(built, "metadata", "annotations", key) for key in "abcd"] == ["1.10", "true", "yes", "null"]
    assert not codes(build(tmp_path, annotated).stdout)
    labelled = annotated.replace("annotations", "labels")
    assert codes(labelled.encode()) == {"K004"}
    assert codes(build(tmp_path, labelled).stdout) == {"K004"}


@pytest.mark.usefixtures("interop_bin")
def test_it_takes_lists_apart(tmp_path: Path) -> None:
    items = "items:\n- " + CONFIG_MAP.replace("\n", "\n  ").rstrip() + "\n"
    for head in ("apiVersion: v1\nkind: List\n", "apiVersion: v1\nkind: ConfigMapList\n"):
        built = build(tmp_path, head + items).stdout
        assert not codes((head + items).encode())
        assert text(parse(built).documents[0].root, "kind") == "ConfigMap"


@pytest.mark.usefixtures("interop_bin")
def test_the_words_of_yaml_1_1_are_strings_to_it(tmp_path: Path) -> None:
    words = CONFIG_MAP + "data: {a: yes, b: on, c: 2024-01-01, d: 0o7}\nimmutable: on\n"
    assert codes(words.encode()) == codes(build(tmp_path, words).stdout) == {"K004"}
    quoted = words.replace("0o7", '"0o7"').replace("immutable: on", "immutable: true")
    assert codes(quoted.encode()) == codes(build(tmp_path, quoted).stdout) == set()
