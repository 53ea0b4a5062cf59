"""Judging changed files alone says what judging everything says, or is not done."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from infra_tool.lint import again

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.replay.conftest import Repo, Said

STAGED = ("lint", "--staged")
SERVICES = ("api", "web", "worker")
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
        - name: web
          image: registry.example.test/team/{name}:{tag}{comment}
          args: [{args}]
          resources: {{requests: {{cpu: 10m, memory: 64Mi}}, limits: {{memory: 64Mi}}}}
"""
PLAIN: dict[str, object] = {"namespace": "kube-system", "replicas": 1, "tag": "1.0", "comment": "", "args": "serve"}
COMMENT = " # infra-tool: ignore[I002] on purpose"


class Services:
    """A repo with a few services, each one Deployment of a few values."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo
        self.root, self.write = repo.root, repo.write
        self._values = {name: dict(PLAIN) for name in SERVICES}

    def set(self, name: str, **values: object) -> None:
        self._values[name] |= values
        self.write(f"apps/{name}/deployment.yaml", DEPLOYMENT.format(name=name, **self._values[name]))

    def lint(self, *more: str) -> Said:
        """Stage everything and lint it, with what is remembered."""
        self._repo.git("add", "-A")
        return self._repo.run(*STAGED, *more)

    def lint_in_full(self, tmp_path: Path) -> Said:
        """Lint what is staged with nothing remembered."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(tmp_path / f"cache-{random.randrange(10**9)}"))  # noqa: S311
            return self.lint()


@pytest.fixture
def repo(blank: Repo) -> Services:
    made = Services(blank)
    made.write(".infra-tool.yaml", "version: 1\nregistry: registry.example.test\nowner: team\n")
    made.write(
        "clusters/koala/kustomization.yaml", "".join(["resources:\n", *(f"  - ../../apps/{n}\n" for n in SERVICES)])
    )
    for name in SERVICES:
        made.write(f"apps/{name}/kustomization.yaml", "resources:\n  - deployment.yaml\n")
        made.set(name)
    made.write("README.md", "hello\n")
    made.write("apps/web/input.txt", "")
    made.lint()
    return made


ALONE: dict[str, Callable[[Services], None]] = {
    "tag": lambda repo: repo.set("web", tag="2.0"),
    "argument": lambda repo: repo.set("web", args="run"),
    "two files": lambda repo: (repo.set("web", tag="2.0"), repo.set("api", tag="2.0"))[0],
    "text": lambda repo: repo.write("README.md", "bye\n"),
    "layout": lambda repo: repo.set("web", comment="   # a comment\n"),
}


@pytest.mark.parametrize("change", ALONE.values(), ids=ALONE)
def test_what_is_judged_alone(
    repo: Services, judged: list[object], change: Callable[[Services], None], tmp_path: Path
) -> None:
    change(repo)
    said = repo.lint()
    assert judged == []
    assert said == repo.lint_in_full(tmp_path)
    assert repo.lint() == said


IN_FULL: dict[str, Callable[[Services], None]] = {
    "a finding": lambda repo: repo.set("web", tag="latest"),
    "a name of a field": lambda repo: repo.write(
        "apps/web/deployment.yaml", DEPLOYMENT.format(name="web", **PLAIN) + "x: 1\n"
    ),
    "a namespace": lambda repo: repo.set("web", namespace="other"),
    "replicas": lambda repo: repo.set("web", replicas=2),
    "a suppression": lambda repo: repo.set("web", comment=COMMENT),
    "a kustomization file": lambda repo: repo.write("apps/web/kustomization.yaml", "resources: [deployment.yaml]\n"),
    "configuration": lambda repo: repo.write(".infra-tool.yaml", "version: 1\n"),
    "rules for secrets": lambda repo: repo.write(".sops.yaml", "creation_rules: []\n"),
    "a new file": lambda repo: repo.write("apps/web/more.yaml", "a: 1\n"),
    "no file": lambda repo: (repo.root / "README.md").unlink(),
    "no YAML": lambda repo: repo.write("apps/web/deployment.yaml", "a: [\n"),
    "a mode": lambda repo: (repo.root / "README.md").chmod(0o755),
    "what a Secret may be made of": lambda repo: repo.write("apps/web/input.txt", "a\n"),
    "a key in a text": lambda repo: repo.write("README.md", f"AGE-SECRET-KEY-1{'Q' * 58}\n"),
}


@pytest.mark.parametrize("change", IN_FULL.values(), ids=IN_FULL)
def test_what_is_judged_in_full(
    repo: Services, judged: list[object], change: Callable[[Services], None], tmp_path: Path
) -> None:
    change(repo)
    said = repo.lint()
    assert len(judged) == 1
    assert said == repo.lint_in_full(tmp_path)


def test_a_finding_that_was_mended_is_gone(repo: Services, judged: list[object], tmp_path: Path) -> None:
    repo.set("web", tag="latest")
    repo.set("api", tag="main")
    assert repo.lint().code == 1
    assert len(judged) == 1
    repo.set("web", tag="2.0")
    said = repo.lint()
    assert len(judged) == 1
    assert said.err.startswith("1 error")
    assert "apps/api" in said.out
    assert said == repo.lint_in_full(tmp_path)


def test_a_manifest_whose_image_another_file_decides(repo: Services, judged: list[object], tmp_path: Path) -> None:
    images = "images:\n  - name: registry.example.test/team/web\n    newTag: '1.5'\n"
    repo.write("apps/web/kustomization.yaml", f"resources:\n  - deployment.yaml\n{images}")
    repo.lint()
    repo.set("web", tag="2.0")
    assert repo.lint() == repo.lint_in_full(tmp_path)
    assert len(judged) == 3


def test_a_file_that_is_a_patch_too(repo: Services, judged: list[object], tmp_path: Path) -> None:
    text = "resources:\n  - deployment.yaml\npatches:\n  - path: deployment.yaml\n"
    repo.write("apps/web/kustomization.yaml", text)
    repo.lint()
    repo.set("web", tag="2.0")
    assert repo.lint() == repo.lint_in_full(tmp_path)
    assert len(judged) == 3


def test_what_others_said_of_a_file_stays_where_it_is(repo: Services, judged: list[object], tmp_path: Path) -> None:
    """The line of a finding of a rule about the repo moves with what changes above it."""
    twice = DEPLOYMENT.format(name="web", **PLAIN)
    repo.write("apps/web/deployment.yaml", f"{twice}---\n{twice}")
    assert "T007" in repo.lint().out
    repo.write("apps/web/deployment.yaml", f"# moved\n{twice}---\n{twice}")
    assert repo.lint() == repo.lint_in_full(tmp_path)
    assert len(judged) == 3


def test_what_the_finding_of_another_file_says_of_it(repo: Services, tmp_path: Path) -> None:
    """A message names the line of what it compares with."""
    names = sorted(path.parent.name for path in (repo.root / "apps").glob("*/deployment.yaml"))
    first, second = (f"apps/{name}/deployment.yaml" for name in names[:2])
    port = "---\napiVersion: v1\nkind: Service\nmetadata: {name: %s}\nspec: {ports: [{port: 80, nodePort: 30080}]}\n"
    texts = {path: (repo.root / path).read_text() + port % path.split("/")[1] for path in (first, second)}
    repo.write(".infra-tool.yaml", "version: 1\nlint: {select: [R017]}\n")
    for path, text in texts.items():
        repo.write(path, text)
    assert "R017" in repo.lint().out
    repo.write(first, f"# moved\n{texts[first]}")
    assert repo.lint() == repo.lint_in_full(tmp_path)
    repo.write(first, f"# moved\n# again\n{texts[first]}")
    assert repo.lint() == repo.lint_in_full(tmp_path)


def test_what_could_not_be_checked_is_named_by_its_line(repo: Services, judged: list[object], tmp_path: Path) -> None:
    widget = "apiVersion: example.test/v1\nkind: Widget\nmetadata: {name: web, namespace: default}\n"
    repo.write("apps/web/deployment.yaml", widget)
    assert "not checked" in repo.lint().err
    repo.write("apps/web/deployment.yaml", f"# moved\n{widget}")
    assert repo.lint() == repo.lint_in_full(tmp_path)
    assert len(judged) == 3


def test_what_a_baseline_keeps_back_is_judged_in_full(repo: Services, judged: list[object], tmp_path: Path) -> None:
    repo.set("web", tag="latest")
    repo.lint("--write-baseline")
    assert repo.lint().code == 0
    before = len(judged)
    repo.set("api", args="run")
    said = repo.lint()
    assert len(judged) == before, "a file that is not in the baseline"
    repo.set("web", tag="2.0")
    said = repo.lint()
    assert len(judged) == before + 1
    assert "1 finding of the baseline not found any more" in said.err
    assert said == repo.lint_in_full(tmp_path)


def test_each_look_is_remembered_on_its_own(repo: Services, judged: list[object]) -> None:
    repo.set("web", tag="2.0")
    repo.lint("--format", "json")
    assert len(judged) == 1
    repo.set("web", tag="3.0")
    repo.lint("--format", "json")
    repo.lint()
    assert len(judged) == 1


def test_a_bug_is_a_doubt(repo: Services, judged: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "is_all_that_changed", lambda _old, _new: 1 / 0)
    repo.set("web", tag="2.0")
    assert repo.lint().code == 0
    assert len(judged) == 1


@pytest.mark.parametrize("damage", [b"", b"00000000", b"deadbeefxyz"])
def test_damage_is_a_cold_run(repo: Services, judged: list[object], home: Path, damage: bytes) -> None:
    for path in (home / ".cache/infra-tool").glob("replay-*.more"):
        path.write_bytes(damage)
    repo.set("web", tag="2.0")
    assert repo.lint().code == 0
    assert len(judged) == 1


def test_what_belongs_to_another_answer_is_not_used(repo: Services, judged: list[object], home: Path) -> None:
    (more,) = (home / ".cache/infra-tool").glob("replay-*.more")
    old = more.read_bytes()
    repo.set("web", tag="latest")
    repo.lint()
    more.write_bytes(old)
    repo.write("README.md", "bye\n")
    assert repo.lint().code == 1
    assert len(judged) == 2


CHOICES: dict[str, tuple[object, ...]] = {
    "namespace": ("default", "other"),
    "replicas": (1, 2, "many"),
    "tag": ("1.0", "2.0", "3.0", "latest", "IMAGE_TAG", "${TAG}"),
    "comment": ("", "", " # note", COMMENT),
    "args": ("serve", "run", "$(MODE)"),
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_of_edits(repo: Services, judged: list[object], seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311 -- examples
    alone = 0
    for _ in range(25):
        for _ in range(chance.choice((1, 1, 2))):
            name, key = chance.choice(SERVICES), chance.choice(("tag", "args", *CHOICES))
            repo.set(name, **{key: chance.choice(CHOICES[key])})
        before = len(judged)
        said = repo.lint()
        alone += before == len(judged)
        assert said == repo.lint_in_full(tmp_path)
    assert alone
