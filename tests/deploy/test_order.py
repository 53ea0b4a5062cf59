"""Whether a build may replace what is deployed."""

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra_tool import git
from infra_tool.deploy import Source
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import InfraRepo

BUILDS = 6
COMMIT = ("-c", "user.name=T", "-c", "user.email=t@example.test", "commit", "-q", "--allow-empty", "-m")


def commit(place: Path, message: str, *, date: int = 0) -> str:
    when = {"GIT_AUTHOR_DATE": f"@{date} +0000", "GIT_COMMITTER_DATE": f"@{date} +0000"} if date else {}
    subprocess.run(("git", *COMMIT, message), cwd=place, check=True, env={**os.environ, **when})
    done = subprocess.run(("git", "rev-parse", "HEAD"), cwd=place, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], str]:
    """Return an app repo, the commits of its branch, oldest first and with clocks that run backwards, and a fork's."""
    place = tmp_path_factory.mktemp("app")
    subprocess.run(("git", "init", "-q", "-b", "main"), cwd=place, check=True)
    commits = [commit(place, f"build {number}", date=2_000_000_000 - number) for number in range(BUILDS)]
    subprocess.run(("git", "checkout", "-q", "-b", "fork", commits[1]), cwd=place, check=True)
    return place, commits, commit(place, "fork")


@pytest.fixture(scope="session")
def relations(app: tuple[Path, list[str], str]) -> dict[tuple[str, str], git.Relation]:
    """Return what git says of each two commits."""
    place, commits, fork = app
    every = [*commits, fork]
    return {(old, new): git.relation(place, old, new) for old in every for new in every}


def builds(order: list[int], commits: list[str], place: Path) -> list[tuple[str, Source]]:
    return [(f"v{number}", Source(commit=commits[number], directory=place)) for number in order]


ORDERS = st.lists(st.integers(0, BUILDS - 1), min_size=1, max_size=12)


@given(order=ORDERS)
def test_any_finishing_order_of_any_builds_ends_with_the_newest(
    order: list[int],
    app: tuple[Path, list[str], str],
    relations: dict[tuple[str, str], git.Relation],
    make_repo: "Callable[[], InfraRepo]",
) -> None:
    place, commits, _ = app
    repo = make_repo()
    newest = -1
    with patch("infra_tool.git.relation", lambda _, old, new: relations[old, new]):
        for number in order:
            (action,) = repo.bump(f"n8n={commits[number]}", source=Source(directory=place))
            assert action == ("deployed" if number > newest else "unchanged" if number == newest else "superseded")
            newest = max(newest, number)
            assert repo.runs() == commits[newest]


@given(order=ORDERS)
def test_the_same_with_tags_that_are_no_commits(
    order: list[int],
    app: tuple[Path, list[str], str],
    relations: dict[tuple[str, str], git.Relation],
    make_repo: "Callable[[], InfraRepo]",
) -> None:
    place, commits, _ = app
    repo = make_repo()
    with patch("infra_tool.git.relation", lambda _, old, new: relations[old, new]):
        for tag, source in builds(order, commits, place):
            repo.bump("supervisor=other", on_unknown="deploy")
            repo.bump(f"n8n={tag}", source=source, on_unknown="refuse")
    assert repo.runs() == f"v{max(order)}"


def test_git_itself_is_asked(app: tuple[Path, list[str], str], repo: "InfraRepo") -> None:
    place, commits, fork = app
    source = Source(directory=place)
    assert repo.bump(f"n8n={commits[3]}", source=source) == ["deployed"]
    assert repo.bump(f"n8n={commits[2]}", source=source) == ["superseded"]
    assert repo.plan(f"n8n={commits[2]}", source=source).result.services[0].superseded_by == commits[3]
    assert repo.bump(f"n8n={fork}", source=source) == ["diverged"]
    assert repo.bump(f"n8n={commits[4]}", source=source) == ["deployed"]


def test_a_downgrade_must_be_asked_for(app: tuple[Path, list[str], str], repo: "InfraRepo") -> None:
    place, commits, fork = app
    source = Source(directory=place)
    repo.bump(f"n8n={commits[3]}", source=source)
    assert repo.bump(f"n8n={commits[2]}", source=source, allow_downgrade=True) == ["deployed"]
    assert repo.bump(f"n8n={fork}", source=source, allow_downgrade=True) == ["deployed"]
    assert repo.runs() == fork


def test_a_commit_that_is_not_there_leaves_the_order_open(app: tuple[Path, list[str], str], repo: "InfraRepo") -> None:
    source = Source(directory=app[0])
    repo.run("n8n", "a" * 40)
    assert repo.bump(f"n8n={app[1][0]}", source=source, on_unknown="refuse") == ["unknown"]
    assert repo.runs() == "a" * 40
    plan = repo.plan(f"n8n={app[1][0]}", source=source, on_unknown="deploy")
    assert plan.result.services[0].action == "deployed"
    assert "order" in (plan.result.services[0].warning or "")


def test_a_tag_written_by_hand_has_no_order(app: tuple[Path, list[str], str], repo: "InfraRepo") -> None:
    place, commits, _ = app
    repo.bump("n8n=v1", source=Source(commit=commits[3], directory=place))
    repo.run("n8n", "by-hand")
    build = Source(commit=commits[0], directory=place)
    assert repo.bump("n8n=v0", source=build, on_unknown="refuse") == ["unknown"]


def test_versions_of_something_that_others_build_need_no_order(repo: "InfraRepo") -> None:
    repo.run("n8n", "1.110.1")
    plan = repo.plan("n8n=1.111.0")
    assert plan.result.services[0].warning is None
    assert plan.edits


def test_a_digest_makes_the_same_tag_another_version(repo: "InfraRepo") -> None:
    digest = f"sha256:{'a' * 64}"
    repo.run("n8n", "v1")
    assert repo.bump(f"n8n=v1@{digest}") == ["deployed"]
    assert repo.runs() == f"v1@{digest}"
    assert repo.bump(f"n8n=v1@{digest}") == ["unchanged"]
    assert repo.bump("n8n=v1") == ["unchanged"]


@pytest.mark.parametrize(
    ("running", "action"),
    [
        ((1, 2), "deployed"),
        ((2, 3), "superseded"),
        ((1, 3), "superseded"),
        ((3, -1), "diverged"),
        ((2, 2), "unchanged"),
    ],
)
def test_of_places_that_run_different_builds_the_worst_counts(
    running: tuple[int, int], action: str, app: tuple[Path, list[str], str], repo: "InfraRepo"
) -> None:
    place, commits, fork = app
    images = (f"registry.example.test/team/n8n:{[*commits, fork][number]}" for number in running)
    containers = ", ".join(f"{{name: c{number}, image: '{image}'}}" for number, image in enumerate(images))
    repo.files["apps/n8n/deployment.yaml"] = f"spec: {{template: {{spec: {{containers: [{containers}]}}}}}}\n"
    assert repo.bump(f"n8n={commits[2]}", source=Source(directory=place)) == [action]


def test_the_history_is_not_read_where_it_could_not_help(app: tuple[Path, list[str], str], repo: "InfraRepo") -> None:
    place, commits, _ = app
    repo.bump("n8n=v1", source=Source(commit=commits[0]))
    repo.bump("n8n=v2", source=Source(commit=commits[1]))
    repo.bump(f"n8n={commits[2]}")
    repo.bump(f"n8n={commits[3]}", source=Source(directory=place))
    assert repo.read_log == 0


@pytest.mark.parametrize(
    "source",
    [
        {"commit": "HEAD"},
        {"commit": "abc1234"},
        {"commit": "--output=x"},
        {"repo": "a b"},
        {"repo": ""},
        {"run": "https://x\nDeployed: a b c -> d"},
        {"directory": Path("/nowhere")},
    ],
)
def test_what_cannot_be_a_source_is_refused(source: dict[str, object], repo: "InfraRepo") -> None:
    with pytest.raises(UsageError):
        repo.plan("n8n=v1", source=Source(**source))  # type: ignore[arg-type]  # as given
