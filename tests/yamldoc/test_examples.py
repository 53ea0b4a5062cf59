"""Edits by examples: `X.before.yaml`, edited as the table here says, is `X.after.yaml` to the byte.

`INFRA_TOOL_GOLDEN=write pytest tests/yamldoc/test_examples.py` writes the latter anew; look at the diff.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from infra_tool import splice, yamldoc
from infra_tool.splice import Splice
from infra_tool.yamldoc import Mapping, Scalar, Sequence, YamlFile
from infra_tool.yamldoc.second_reader import disagreement

DATA = Path(__file__).parent.parent / "data/yamldoc"
# Read when this file is imported: a fixture takes variables of this program away.
WRITE = os.environ.get("INFRA_TOOL_GOLDEN") == "write"

Edit = Callable[[YamlFile], Splice]
N = TypeVar("N", Scalar, Mapping, Sequence)


def at(file: YamlFile, kind: type[N], *path: str | int) -> N:
    node = yamldoc.lookup(file.documents[0].root, *path)
    assert isinstance(node, kind)
    return node


def replace(text: str, *path: str | int) -> Edit:
    return lambda file: yamldoc.replace_scalar(file, at(file, Scalar, *path), text)


def put(source: str, *path: str | int, key: str, after: str | None = None) -> Edit:
    return lambda file: yamldoc.set_key(file, at(file, Mapping, *path), key, source, after=after)


def insert(text: str, *path: str | int, key: str, keep_sorted: bool = False) -> Edit:
    return lambda file: yamldoc.insert_item(file, at(file, Mapping, *path), key, text, keep_sorted=keep_sorted)


def remove(*path: str | int) -> Edit:
    *above, last = path
    if isinstance(last, int):
        return lambda file: yamldoc.remove_item(file, at(file, Sequence, *above), last)
    return lambda file: yamldoc.remove_key(file, at(file, Mapping, *above), last)


POD = ("spec", "template", "spec")
EXAMPLES: dict[str, tuple[Edit, ...]] = {
    "deployment": (
        replace("registry.example.com/owner/n8n:v2", *POD, "containers", 0, "image"),
        replace("1.10", "metadata", "name"),
        put("2", "spec", key="replicas"),
        put("{}", key="status"),
        put("'yes'", "metadata", "labels", key="part-of", after="app"),
        put("IfNotPresent", *POD, "containers", 0, key="imagePullPolicy", after="image"),
        insert("--verbose", *POD, "containers", 0, key="args"),
        put("|\n  set -e\n  exec n8n start\n", *POD, "containers", 0, "env", 0, key="value"),
        put("x", *POD, "containers", 0, "env", 1, key="comment"),
        insert("data", *POD, key="volumes"),
        put("kubernetes.io/arch: arm64\nb: [c]\n", *POD, key="nodeSelector"),
        put("- name: pull\n  optional: true\n", *POD, key="imagePullSecrets"),
    ),
    "deployment-smaller": (
        remove(*POD, "containers", 0, "env", 1),
        remove(*POD, "containers", 0, "env", 0, "value"),
        remove(*POD, "containers", 0, "args", 0),
        remove(*POD, "containers", 0, "name"),
        remove("metadata", "labels", "tier"),
        remove("metadata", "name"),
        remove("spec", "replicas"),
        remove(*POD, "nodeSelector"),
        remove(*POD, "containers", 0, "env", 0),
        remove(*POD, "volumes"),
    ),
    "kustomization": (
        insert("../../apps/gamma", key="resources", keep_sorted=True),
        insert("../../apps/alpha", key="resources", keep_sorted=True),
        insert("../../apps/zz", key="resources", keep_sorted=True),
        insert("12", key="components"),
        put("app: n8n\n", "patches", 0, "target", key="labelSelector"),
        put("{group: apps}", "patches", 1, key="target"),
        put("- name: n8n\n  newTag: v2\n", key="images"),
        put("n8n", key="namespace", after="kind"),
    ),
    "kustomization-smaller": (
        remove("resources", 3),
        remove("resources", 0),
        remove("components", 0),
        remove("patches", 1),
        remove("patches", 0, "target"),
        remove("images"),
        remove("apiVersion"),
    ),
    "windows": (
        replace("2", "a"),
        insert("z", key="b"),
        insert("x", key="e"),
        put("x: 1\ny: |\n  one\n  two\n", key="c"),
        replace("ü", "d"),
        remove("b", 1),
        remove("a"),
    ),
    "flow": (
        insert("c", key="list"),
        insert("0", key="list", keep_sorted=True),
        put("3", "map", key="three"),
        put("[1]", "map", key="mid", after="one"),
        put("true", "inline", key="b"),
        replace("x, y", "inline", "a"),
        remove("two", 0, 1),
        remove("two", 1, 0),
        insert("y: z", key="end"),
    ),
    "flow-smaller": (remove("list", 1), remove("map", "one"), remove("map", "two"), remove("inline"), remove("end", 0)),
}


def before(name: str) -> bytes:
    return (DATA / f"{name.removesuffix('-smaller')}.before.yaml").read_bytes()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_file_afterwards(name: str) -> None:
    data = before(name)
    for edit in EXAMPLES[name]:
        data = splice.apply(data, [edit(yamldoc.parse(data, name))])
        assert disagreement(yamldoc.parse(data)) is None
    place = DATA / f"{name}.after.yaml"
    if WRITE:
        place.write_bytes(data)
    assert data == place.read_bytes()


@pytest.mark.parametrize(
    ("text", "edit", "after"),
    [
        ("a: &x \u00a0b\n", replace("c", "a"), "a: &x c\n"),
        ("a: |\n  x\nb: 1", remove("b"), "a: |\n  x\n"),
        ("a: 1\nb: 1", remove("b"), "a: 1"),
        ("a: 1", put("|\n  x\n", key="b"), "a: 1\nb: |\n  x\n"),
        ("a: 1", put("|-\n  x\n", key="b"), "a: 1\nb: |-\n  x"),
        ("a: 1 # c", put(">\n  x\n", key="a"), "a: > # c\n  x\n"),
        ("a: 1", put("|+\n  x\n\n", key="b"), "a: 1\nb: |+\n  x\n\n"),
        ("a: !x # c\n  b: 1\n", put("v", key="a"), "a: v # c\n"),
        ("a: &x\n  b: 1\n", put("p: q", key="a"), "a:\n  p: q\n"),
        ("a: [{}]\n", put("x", "a", 0, key="k"), "a: [{k: x}]\n"),
        ("a: !!str\nb: 1\n", replace("v", "a"), "a: !!str v\nb: 1\n"),
        ("a:\n- b\n", remove("a", 0), "a: []\n"),
        ("a:\r- b\r", insert("c", key="a"), "a:\r- b\r- c\r"),
        ("{}", put("1", key="a"), "a: 1"),
    ],
)
def test_small_files(text: str, edit: Edit, after: str) -> None:
    assert splice.apply(text.encode(), [edit(yamldoc.parse(text.encode()))]).decode() == after


def test_every_file_is_an_example() -> None:
    assert {path.name for path in DATA.glob("*.after.yaml")} == {f"{name}.after.yaml" for name in EXAMPLES}
