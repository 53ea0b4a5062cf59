import pytest

from infra_tool.edits import EXECUTABLE, Edits, MemoryTree, Overlay
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.repo import is_registered, register, unregister

PATH = "clusters/koala/kustomization.yaml"


def tree(text: str) -> MemoryTree:
    return MemoryTree({PATH: text.encode()})


def registered(text: str, entry: str) -> str:
    before = tree(text)
    edits = register(before, Edits(), "koala", entry)
    assert register(before, edits, "koala", entry) == edits
    after = Overlay(before, edits)
    assert is_registered(after, "koala", entry)
    return after.read(PATH).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("resources: []\n", "resources:\n  - ../../apps/b\n"),
        ("resources:\n  - flux-system\n", "resources:\n  - flux-system\n  - ../../apps/b\n"),
        (
            "resources:\n  - flux-system\n  - ../../apps/c\n  - z.yaml\n",
            "resources:\n  - flux-system\n  - ../../apps/b\n  - ../../apps/c\n  - z.yaml\n",
        ),
        ("kind: Kustomization\n", "kind: Kustomization\nresources:\n  - ../../apps/b\n"),
        (
            "resources:\n- flux-system\n- ../../apps/a # first\n# second\n- ../../apps/c\n",
            "resources:\n- flux-system\n- ../../apps/a # first\n- ../../apps/b\n# second\n- ../../apps/c\n",
        ),
        (
            "resources:\n  - ../../apps/z\n  - ../../apps/y\n  - ../../apps/a",
            "resources:\n  - ../../apps/z\n  - ../../apps/y\n  - ../../apps/a\n  - ../../apps/b",
        ),
        (
            "resources: [../../apps/a]\r\nnamespace: x\r\n",
            "resources: [../../apps/a, ../../apps/b]\r\nnamespace: x\r\n",
        ),
    ],
)
def test_an_entry_joins_the_list_and_nothing_else_changes(before: str, after: str) -> None:
    assert registered(before, "../../apps/b") == after


@pytest.mark.parametrize("spelling", ["../../apps/b/", "./../../apps/b", "../../apps/x/../b"])
def test_an_entry_that_is_there_in_another_spelling_changes_nothing(spelling: str) -> None:
    assert registered(f"resources:\n  - {spelling}\n", "../../apps/b") == f"resources:\n  - {spelling}\n"


def test_the_list_is_written_last() -> None:
    before = tree("resources: []\n")
    edits = Edits().write(PATH, b"resources: [flux-system]\n", EXECUTABLE).write("apps/b/kustomization.yaml", b"")
    after = register(before, edits, "koala", "../../apps/b")
    assert list(after) == ["apps/b/kustomization.yaml", PATH]
    assert after.files[PATH] is not None
    assert (after.files[PATH].data, after.files[PATH].mode) == (b"resources: [flux-system, ../../apps/b]\n", EXECUTABLE)


def test_an_entry_leaves_the_list_before_what_it_names_goes() -> None:
    before = tree("resources:\n  - flux-system\n  # ours\n  - ../../apps/b  # gone soon\n  - ../../apps/c\n")
    edits = unregister(before, Edits().delete("apps/b/kustomization.yaml"), "koala", "../../apps/b/")
    assert list(edits) == [PATH, "apps/b/kustomization.yaml"]
    text = Overlay(before, edits).read(PATH).decode()
    assert "apps/b" not in text
    assert "- flux-system\n" in text
    assert "- ../../apps/c\n" in text
    assert unregister(before, edits, "koala", "../../apps/b") == edits
    assert unregister(before, Edits(), "koala", "../../apps/x") == Edits()


def test_a_cluster_without_a_list_is_named() -> None:
    with pytest.raises(UsageError, match="clusters/lion has no kustomization file") as caught:
        register(tree("resources: []\n"), Edits(), "lion", "../../apps/b")
    assert caught.value.hint == "run infra-tool new-cluster lion"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("resources: many\n", "no list"),
        ("- resources\n", "is no kustomization"),
        ("resources: &r [a]\ncomponents: *r\n", "anchor"),
        ("resources: [a]\nresources: [b]\n", "twice"),
    ],
)
def test_a_list_that_cannot_be_edited_safely_is_refused(text: str, message: str) -> None:
    with pytest.raises(InfraToolError, match=message) as caught:
        register(tree(text), Edits(), "koala", "../../apps/b")
    assert caught.value.path == PATH


def test_two_kustomization_files_are_refused() -> None:
    two = MemoryTree({PATH: b"resources: []\n", "clusters/koala/Kustomization": b"resources: []\n"})
    with pytest.raises(InfraToolError, match="two kustomization files"):
        register(two, Edits(), "koala", "../../apps/b")
