"""Another version of an image gets the answer of before; anything else that differs does not."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from infra_tool.lint import again
from infra_tool.lint.encryption import ENCRYPTED
from infra_tool.lint.rules.secrets import private_key
from infra_tool.lint.rules.yaml import conflict_marker
from infra_tool.lint.suppress import MARK
from infra_tool.replay import versions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.replay.conftest import Repo

STAGED = ("lint", "--staged")
POD = "apps/web/pod.yaml"
TEXT = """\
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: default}}
spec:
  initContainers:
    - image: registry.example.test/team/init:1.0.0
      name: init
  containers:
    - name: web
      image: {image}
      args: [{argument}]
"""
OWN = "registry.example.test/team/web"
OLD, NEW = f"{OWN}:{'a' * 40}", f"{OWN}:{'b1' * 20}"


def text(image: str, argument: str = "serve") -> str:
    return TEXT.format(image=image, argument=argument)


@pytest.fixture
def repo(blank: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """Return a clean repo that was judged; from then on nothing may be judged alone."""
    blank.write(".infra-tool.yaml", "version: 1\nregistry: registry.example.test\nowner: team\n")
    blank.write("clusters/koala/kustomization.yaml", "resources:\n  - ../../apps/web\n")
    blank.write("apps/web/kustomization.yaml", "resources:\n  - pod.yaml\n")
    blank.write(POD, text(OLD))
    blank.write("README.md", "hello\n")
    blank.git("add", "-A")
    blank.run(*STAGED)
    monkeypatch.setattr(again, "answer", lambda *_: None)
    return blank


@pytest.mark.parametrize("image", [NEW, f"{OWN}:1.70.0", f"{OWN}:v2.0.1  # the last one"])
def test_another_version_is_not_judged(repo: Repo, judged: list[object], image: str, tmp_path: Path) -> None:
    first = repo.run(*STAGED)
    repo.write(POD, text(image.partition(" ")[0]))
    repo.git("add", "-A")
    assert repo.run(*STAGED) == first
    assert judged == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        assert repo.run(*STAGED) == first
    assert len(judged) == 1


def test_one_after_another(repo: Repo, judged: list[object]) -> None:
    for number in range(25):
        repo.write(POD, text(f"{OWN}:1.0.{number}"))
        repo.git("add", "-A")
        assert repo.run(*STAGED).code == 0
    assert judged == []


def test_words_for_people_are_not_judged(repo: Repo, judged: list[object]) -> None:
    first = repo.run(*STAGED)
    for words in ("# The repo\n\nimage: a:latest\n", "kind: Secret ünd so weiter"):
        repo.write("README.md", words)
        repo.git("add", "-A")
        assert repo.run(*STAGED) == first
    assert judged == []


@pytest.mark.parametrize(
    "sign", [*private_key.SIGNS, conflict_marker.START, MARK, ENCRYPTED[0], b"\xff", b"\0", b"\r\n"], ids=repr
)
def test_a_text_with_what_a_rule_looks_for_is_judged(repo: Repo, judged: list[object], sign: bytes) -> None:
    (repo.root / "README.md").write_bytes(b"a " + sign + b" b\n")
    repo.git("add", "-A")
    repo.run(*STAGED)
    assert len(judged) == 1
    repo.write("README.md", "bye\n")
    repo.git("add", "-A")
    repo.run(*STAGED)
    assert len(judged) == 2, "what was in it may have been told, or have suppressed something"


def test_a_text_that_something_reads_is_judged(repo: Repo, judged: list[object]) -> None:
    repo.write("apps/web/words.md", "hello\n")
    generator = "configMapGenerator: [{name: words, files: [words.md]}]\n"
    repo.write("apps/web/kustomization.yaml", f"resources:\n  - pod.yaml\n{generator}")
    repo.git("add", "-A")
    repo.run(*STAGED)
    repo.write("apps/web/words.md", "bye\n")
    repo.git("add", "-A")
    repo.run(*STAGED)
    assert len(judged) == 2


IN_FULL: dict[str, Callable[[Repo], None]] = {
    "a tag that moves": lambda repo: repo.write(POD, text(f"{OWN}:latest")),
    "a placeholder": lambda repo: repo.write(POD, text(f"{OWN}:IMAGE_TAG")),
    "half a commit": lambda repo: repo.write(POD, text(f"{OWN}:{'b' * 39}")),
    "a date": lambda repo: repo.write(POD, text(f"{OWN}:2024.01.0123456789")),
    "another image": lambda repo: repo.write(POD, text(f"{OWN}2:1.0.0")),
    "no version": lambda repo: repo.write(POD, text(OWN)),
    "quotes": lambda repo: repo.write(POD, text(f"'{NEW}'")),
    "something else too": lambda repo: repo.write(POD, text(NEW, "run")),
    "something else": lambda repo: repo.write(POD, text(OLD, "run")),
    "a comment": lambda repo: repo.write(POD, text(f"{NEW} # new")),
    "another manifest": lambda repo: repo.write("apps/web/kustomization.yaml", "resources: [pod.yaml]\n"),
}


@pytest.mark.parametrize("change", IN_FULL.values(), ids=IN_FULL)
def test_anything_else_is_judged(repo: Repo, judged: list[object], change: Callable[[Repo], None]) -> None:
    change(repo)
    repo.git("add", "-A")
    repo.run(*STAGED)
    assert len(judged) == 1


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (text(OLD).replace("init:1.0.0", "init:latest"), text(NEW).replace("init:1.0.0", "init:latest"), 1),
        (
            text(OLD).replace("1.0.0", "1.0.0 # infra-tool: ignore[I002]"),
            text(NEW).replace("1.0.0", "1.0.0 # infra-tool: ignore[I002]"),
            0,
        ),
    ],
    ids=["of an image", "of a comment behind one"],
)
def test_a_finding_on_the_line_of_an_image_is_found_anew(
    repo: Repo, judged: list[object], before: str, after: str, code: int
) -> None:
    for written in (before, after):
        repo.write(POD, written)
        repo.git("add", "-A")
        assert repo.run(*STAGED).code == code
    assert len(judged) == 2


def test_any_other_finding_stays(repo: Repo, judged: list[object], tmp_path: Path) -> None:
    said = []
    for image in (OLD, NEW):
        repo.write(POD, text(image).replace("metadata:", "spek: 1\nmetadata:"))
        repo.git("add", "-A")
        said.append(repo.run(*STAGED, "--format", "json"))
    assert said[0] == said[1]
    assert "K003" in said[0].out
    assert len(judged) == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        assert repo.run(*STAGED, "--format", "json") == said[0]


def test_a_packed_object_is_judged(repo: Repo, judged: list[object]) -> None:
    repo.write(POD, text(NEW))
    repo.git("add", "-A")
    repo.git("commit", "-qm", "next")
    repo.git("repack", "-adq")
    repo.git("prune-packed")
    assert repo.run(*STAGED).code == 0
    assert len(judged) == 1


def test_a_linked_work_tree_shares_the_objects(repo: Repo, judged: list[object], tmp_path: Path) -> None:
    repo.git("commit", "-qm", "start")
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = tmp_path / "linked"
    lint = ("-C", str(linked))
    repo.run(*STAGED, *lint)
    before = len(judged)
    (linked / POD).write_text(text(NEW), encoding="utf-8")
    subprocess.run(("git", "add", "-A"), cwd=linked, check=True)
    assert repo.run(*STAGED, *lint).code == 0
    assert len(judged) == before


def test_it_takes_no_other_part(repo: Repo) -> None:
    code = (
        "import sys; sys.argv = ['infra-tool', 'lint', '--staged']\n"
        "from infra_tool.__main__ import main\n"
        "main(); print(*sorted(name for name in sys.modules if name.startswith('infra_tool.')))\n"
    )
    for image in (OLD, NEW):
        repo.write(POD, text(image))
        repo.git("add", "-A")
        done = subprocess.run((sys.executable, "-c", code), cwd=repo.root, capture_output=True, check=True, text=True)
    loaded = done.stdout.splitlines()[-1].split()
    assert {name.split(".")[1] for name in loaded} == {"__main__", "replay"}


def stored(objects: Path, data: bytes) -> str:
    """Store a blob as git does, and return its object id."""
    whole = b"blob %d\0" % len(data) + data
    name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    place = objects / name[:2] / name[2:]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(zlib.compress(whole))
    return name


VERSIONS = st.sampled_from(["1.0.0", "v1.2.3", "latest", "1.0", "a" * 40, "b" * 40])
LINES = st.lists(
    st.one_of(
        st.builds("  - image: app:{}".format, VERSIONS),
        st.builds("image: app:{} # a".format, VERSIONS),
        st.sampled_from(["image:", "image: ", "a: b", "", "images: x", "- image: image: app:1.0.0"]),
    ),
    min_size=1,
)


@given(LINES, LINES, st.sampled_from(["\n", "\r\n"]))
def test_only_versions_may_differ(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], after: list[str], end: str
) -> None:
    objects = tmp_path_factory.getbasetemp() / "objects"
    old, new = (end.join(lines).encode() for lines in (before, after))
    files = [("a.yaml", stored(objects, old), stored(objects, new))]
    found = versions.unchanged({"a.yaml": versions.images(old)}, files, str(objects))
    fixed = ("app:1.0.0", "app:v1.2.3", f"app:{'a' * 40}", f"app:{'b' * 40}")

    def without(lines: list[str]) -> list[str]:
        return ["app:V".join(_split(line, fixed)) for line in lines]

    assume(versions.images(old))
    assert (found is not None) == (without(before) == without(after))
    if found is not None:
        assert found == {"a.yaml": versions.images(new)}


def _split(line: str, words: tuple[str, ...]) -> list[str]:
    word = next((word for word in words if f"image: {word}" in line), None)
    return line.split(word) if word else [line]
