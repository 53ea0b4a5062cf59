"""An answer that is given again is the answer that judging would give."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from infra_tool import __main__, replay
from infra_tool.replay import memory, stamps

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replay.conftest import Repo

STAGED = ("lint", "--staged")
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: default}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
        - name: web
          image: registry.example.test/team/{name}:{tag}
"""


@pytest.fixture
def repo(blank: Repo) -> Repo:
    made = blank
    made.write(".infra-tool.yaml", "version: 1\nregistry: registry.example.test\nowner: team\n")
    made.write("clusters/koala/kustomization.yaml", "resources:\n  - ../../apps/web\n")
    made.write("apps/web/kustomization.yaml", "resources:\n  - deployment.yaml\n")
    made.write("apps/web/deployment.yaml", DEPLOYMENT.format(name="web", tag="latest"))
    made.git("add", "-A")
    return made


def cache(home: Path) -> list[Path]:
    return sorted(path for path in (home / ".cache/infra-tool").glob("replay-*") if not path.suffix)


def test_the_same_index_gets_the_same_answer(repo: Repo, judged: list[object]) -> None:
    first = repo.run(*STAGED)
    assert first.code == 1
    assert "I002" in first.out
    assert first.err.startswith("1 error")
    assert repo.run(*STAGED) == first
    assert len(judged) == 1


@pytest.mark.parametrize("format_", ["concise", "full", "json", "sarif", "github", "junit"])
def test_both_paths_print_the_same_as_programs(repo: Repo, format_: str) -> None:
    command = [sys.executable, "-m", "infra_tool", *STAGED, "--format", format_]
    first, second = (subprocess.run(command, cwd=repo.root, capture_output=True, check=False) for _ in range(2))
    assert (first.returncode, first.stdout, first.stderr) == (second.returncode, second.stdout, second.stderr)
    assert first.stdout


def test_a_replay_loads_little(repo: Repo) -> None:
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "sys.argv = ['infra-tool', 'lint', '--staged']\n"
        "from infra_tool.__main__ import main\n"
        "main()\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    command = (sys.executable, "-c", code)
    cold, warm = (
        set(
            subprocess.run(command, cwd=repo.root, capture_output=True, check=True)
            .stdout.decode()
            .split("\n")[-2]
            .split()
        )
        for _ in range(2)
    )
    assert "typer" in cold
    assert (
        warm
        == {
            *("infra_tool", "infra_tool.__main__", "infra_tool.replay", "infra_tool.replay.index"),
            *("infra_tool.replay.memory", "infra_tool.replay.place", "infra_tool.replay.stamps"),
            *("infra_tool.replay.versions", "__future__", "marshal", "zlib"),
        }
        & cold
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda repo: repo.write("apps/web/deployment.yaml", DEPLOYMENT.format(name="api", tag="1.0")),
        lambda repo: repo.write("new.yaml", "a: 1\n"),
        lambda repo: (repo.root / "apps/web/deployment.yaml").chmod(0o755),
        lambda repo: (repo.root / "apps/web/deployment.yaml").unlink(),
        lambda repo: (repo.root / "apps/web/deployment.yaml").rename(repo.root / "apps/web/other.yaml"),
        lambda repo: repo.write(".infra-tool.yaml", "version: 1\nlint: {ignore: [I002]}\n"),
    ],
    ids=["content", "new", "mode", "gone", "renamed", "configuration"],
)
def test_any_change_is_judged(repo: Repo, judged: list[object], change: object) -> None:
    repo.run(*STAGED)
    change(repo)  # type: ignore[operator]
    repo.run(*STAGED)
    assert len(judged) == 1, "it is not in the index yet"
    repo.git("add", "-A")
    repo.run(*STAGED)
    assert len(judged) == 2


def test_a_refreshed_index_is_the_same(repo: Repo, judged: list[object]) -> None:
    repo.run(*STAGED)
    os.utime(repo.root / "apps/web/deployment.yaml", (1, 1))
    repo.git("update-index", "--refresh")
    repo.run(*STAGED)
    assert len(judged) == 1


def test_the_index_that_a_hook_gets(repo: Repo, judged: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    repo.run(*STAGED)
    shutil.copy(repo.root / ".git/index", repo.root / ".git/next-index-1")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-1")
    repo.run(*STAGED)
    assert len(judged) == 1
    repo.write("apps/web/deployment.yaml", DEPLOYMENT.format(name="api", tag="1.0"))
    repo.git("add", "-A")
    assert repo.run(*STAGED).code == 0
    assert len(judged) == 2
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert repo.run(*STAGED).code == 1


@pytest.mark.parametrize(
    "command", [("commit", "-qam", "x"), ("commit", "-qm", "x", "apps/web"), ("commit", "-qm", "x")]
)
def test_a_real_commit_is_stopped_every_time(repo: Repo, command: tuple[str, ...]) -> None:
    repo.git("commit", "-qm", "start", "--no-verify")
    hook = repo.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {sys.executable} -m infra_tool lint --staged\n")
    hook.chmod(0o755)
    repo.write("apps/web/deployment.yaml", DEPLOYMENT.format(name="web", tag="main"))
    if len(command) == 3 and command[1] == "-qm":
        repo.git("add", "-A")
    for _ in range(2):
        done = subprocess.run(("git", *command), cwd=repo.root, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "the tag main moves" in done.stdout + done.stderr


def test_a_linked_work_tree(repo: Repo, judged: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.git("commit", "-qm", "start")
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    monkeypatch.chdir(tmp_path / "linked")
    first = repo.run(*STAGED)
    assert repo.run(*STAGED) == first
    assert len(judged) == 1
    monkeypatch.setenv("GIT_DIR", str(repo.root / ".git/worktrees/linked"))
    assert repo.run(*STAGED) == first
    assert len(judged) == 1


def test_a_directory_inside_and_an_infra_repo_that_is_one(
    repo: Repo, judged: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = repo.run(*STAGED)
    monkeypatch.chdir(repo.root / "apps")
    assert repo.run(*STAGED) == first
    assert len(judged) == 1
    repo.write("apps/.infra-tool.yaml", "version: 1\n")
    assert repo.run(*STAGED) != first
    assert len(judged) == 2
    monkeypatch.chdir(repo.root)
    inner = repo.run(*STAGED, "-C", "apps")
    assert inner.out != first.out
    monkeypatch.chdir(repo.root / "apps")
    assert repo.run(*STAGED, "-C", ".") == inner
    assert len(judged) == 2


@pytest.mark.parametrize(
    "more",
    [("--select", "T"), ("--ignore", "I002"), ("apps",), ("--kubernetes-version", "1.34"), ("--explain", "I002")],
)
def test_other_questions_are_never_replayed(repo: Repo, more: tuple[str, ...]) -> None:
    first = repo.run(*STAGED)
    assert replay.of([*STAGED, *more]) is None
    repo.run(*STAGED, *more)
    assert repo.run(*STAGED) == first


@pytest.mark.parametrize(
    "more",
    [("--format", "full"), ("--format=github",), ("--fail-on", "warning"), ("--fail-on=warning", "--format", "json")],
)
def test_each_look_has_its_own_answer(repo: Repo, judged: list[object], more: tuple[str, ...]) -> None:
    plain = repo.run(*STAGED)
    other = repo.run(*STAGED, *more)
    assert len(judged) == 2
    assert (repo.run(*STAGED), repo.run(*STAGED, *more)) == (plain, other)
    assert len(judged) == 2


def test_a_terminal_is_another_look(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = repo.run(*STAGED)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    full = repo.run(*STAGED)
    assert " | " in full.out
    assert " | " not in plain.out
    assert repo.run(*STAGED) == full
    for plain_where in ("NO_COLOR", "CI"):
        monkeypatch.delenv(plain_where, raising=False)
    assert "\x1b" in repo.run(*STAGED).out
    assert "\x1b" in repo.run(*STAGED).out


def test_another_program_judges_again(repo: Repo, judged: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    repo.run(*STAGED)
    taken = stamps.take()
    monkeypatch.setattr(stamps, "take", lambda: taken[1:])
    repo.run(*STAGED)
    assert len(judged) == 2


def test_stamps_cover_the_program_and_what_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["script", str(tmp_path), "/gone"])
    before = stamps.take()
    assert {path for path, _, _ in before} >= {str(tmp_path), stamps.__file__, __main__.__file__}
    (tmp_path / "yaml-7.dist-info").mkdir()
    assert stamps.take() != before


def test_an_answer_of_a_broken_rule_is_not_kept(repo: Repo, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from infra_tool.lint.rules.images import mutable_tag  # noqa: PLC0415

    def check(_applied: object, _facts: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(mutable_tag, "check", check)
    assert repo.run(*STAGED).code == 3
    assert cache(home) == []


def test_the_cache_is_private_and_only_costs_time(repo: Repo, home: Path, judged: list[object]) -> None:
    first = repo.run(*STAGED)
    (file,) = cache(home)
    assert file.stat().st_mode & 0o777 == 0o600
    file.unlink()
    assert repo.run(*STAGED) == first
    assert len(judged) == 2


def test_a_damaged_cache_is_a_cold_run(repo: Repo, home: Path) -> None:
    first = repo.run(*STAGED)
    (file,) = cache(home)
    whole = file.read_bytes()
    chance = random.Random(7)  # noqa: S311 -- examples, not keys
    for _ in range(40):
        at = chance.randrange(len(whole))
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        assert replay.recall(place(repo)) is None
    for size in (0, 4, 8, 9, len(whole) // 2):
        file.write_bytes(whole[:size])
        assert replay.recall(place(repo)) is None
    assert repo.run(*STAGED) == first
    assert replay.recall(place(repo)) is not None


def place(repo: Repo) -> replay.Place:
    found = replay.at(str(repo.root), None, "error")
    assert found
    return found


def test_a_cache_that_cannot_be_written_does_not_matter(
    repo: Repo, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "file"))
    assert repo.run(*STAGED) == repo.run(*STAGED)


def test_an_answer_for_another_index_is_not_kept(repo: Repo) -> None:
    """The index may change between git's listing and the reading here."""
    answer = replay.Answer("", "", 0)
    replay.keep(place(repo), {}, answer)
    assert replay.recall(place(repo)) is None


def test_old_answers_are_removed(repo: Repo, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.run(*STAGED)
    (old,) = cache(home)
    os.utime(old, (1, 1))
    monkeypatch.setattr(memory, "_key", lambda place: ("other", place.look))
    repo.run(*STAGED)
    assert old not in cache(home)


def test_no_secret_gets_into_the_cache(repo: Repo, home: Path) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {password: hunter2-planted}\n"
    repo.write("apps/web/secret.yaml", text)
    repo.git("add", "-A")
    for format_ in ("concise", "full", "json", "github"):
        assert "S001" in repo.run(*STAGED, "--format", format_).out
    assert cache(home)
    for path in (home / ".cache").rglob("*"):
        assert not path.is_file() or b"hunter2" not in path.read_bytes()
