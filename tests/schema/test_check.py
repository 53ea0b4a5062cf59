"""What is said about a document: each file of the data folder, as golden output with line and column."""

from pathlib import Path

import pytest

from infra_tool import schema
from infra_tool.yamldoc import Mapping, YamlFile, parse

DATA = Path(__file__).parents[1] / "data/schema"


def verdicts(file: YamlFile) -> str:
    lines = []
    for document in file.documents:
        assert isinstance(document.root, Mapping)
        verdict = schema.load("1.33").check(document.root)
        for found in verdict.violations:
            line, column = file.position(found.node.start)
            lines.append(f"{line}:{column}: {found.code} {found.message}\n")
            if found.help:
                lines.append(f"    {found.help}\n")
        lines += [f"{file.line(left.node)}: unchecked: {left.reason}\n" for left in verdict.unchecked]
    return "".join(lines)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.yaml")), ids=lambda path: path.stem)
def test_golden(path: Path) -> None:
    got = verdicts(parse(path.read_bytes(), path.name))
    assert got == path.with_suffix(".out").read_text()


def test_no_secret_value_is_repeated() -> None:
    got = verdicts(parse((DATA / "private.yaml").read_bytes()))
    assert "K004" in got
    assert not [value for value in ("24681357", "hunter2", "aHVudGVyMg") if value in got]


def test_a_document_that_nests_as_deep_as_yaml_may_is_walked() -> None:
    deep = "{not: " * 88 + "{}" + "}" * 88
    source = (DATA / "crd.yaml").read_text().replace("openAPIV3Schema:", f"openAPIV3Schema:\n          not: {deep}")
    assert "unchecked" not in verdicts(parse(source.encode()))


def test_every_kind_of_the_newest_version_has_a_shape() -> None:
    schemas = schema.load()
    shapes = [schemas.shapes[name] for names in schemas.kinds.values() for name in names.values()]
    assert len(shapes) > 180
    assert {shape.type for shape in shapes} == {"object"}
    assert all("apiVersion" in shape.fields for shape in shapes)


def test_list_keys_are_kept_for_whoever_looks_for_duplicates() -> None:
    ports = schema.load("1.33").shapes["io.k8s.api.core.v1.Container"].fields["ports"]
    assert isinstance(ports, schema.Shape)
    assert ports.keys == ("containerPort", "protocol")
