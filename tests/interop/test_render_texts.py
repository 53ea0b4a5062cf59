"""Random scalars: what the native renderer writes of them is what the real kustomize writes."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra_tool import proc
from infra_tool.edits import MemoryTree
from infra_tool.errors import InfraToolError
from infra_tool.kustomize import Graph
from infra_tool.kustomize.render import dump, render

pytestmark = pytest.mark.interop

PIECES = (
    "a", "b c", "yes", " ", "  ", "\n", ":", "#", "-", "'", '"', "\\", "\t", "é", "😀", "{", "]", ",", "&", "*", "!",
    "|", ">", "%", "@", "`", "?", "=", "<", ".", "0", "e", "a long word ", "~", "null", "\u00a0", "\u200b", "\ufeff",
)  # fmt: skip
quoted = st.lists(st.sampled_from(PIECES), max_size=30).map(
    lambda pieces: json.dumps("".join(pieces), ensure_ascii=False)
)
plain = st.text("0123456789+-._eExXobTZynNinf", min_size=1, max_size=9).filter(
    lambda text: not text.startswith(("-", ".")) or text[1:2].isdigit()
)
lines = st.lists(
    st.lists(st.sampled_from(("a", "b", " c", "  d", "- e")), max_size=3).map("".join), min_size=1, max_size=5
)


@st.composite
def blocks(draw: st.DrawFn) -> str:
    header = draw(st.sampled_from((">", "|"))) + draw(st.sampled_from(("", "-", "+")))
    body = ["a", *draw(lines)]
    return f"{header}\n" + "".join(f"  {one}\n" if one.strip() else "\n" for one in body)


def ours(files: dict[str, bytes]) -> bytes | None:
    """Return the output, None where there is none."""
    try:
        return "".join(dump(resource.root) for resource in render(Graph(MemoryTree(files)), "")).encode()
    except InfraToolError:
        return None


@pytest.mark.slow
@pytest.mark.usefixtures("interop_bin")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(scalars=st.lists(st.one_of(quoted, plain, blocks()), min_size=1, max_size=12))
def test_scalars(tmp_path: Path, scalars: list[str]) -> None:
    items = "".join(f"- {source.rstrip()}\n" if source[0] not in "|>" else f"- {source}" for source in scalars)
    text = f"apiVersion: example.org/v1\nkind: Values\nmetadata: {{name: a}}\nvalues:\n{items}".encode()
    files = {"kustomization.yaml": b"resources: [a.yaml]\n", "a.yaml": text}
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    done = proc.run(("kustomize", "build", str(tmp_path)), ok=None)
    assert ours(files) == (done.stdout if done.status == 0 else None)
