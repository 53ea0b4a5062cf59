"""`rollback`, `hold`, `unhold` and `history` as they are typed, on a repo with a past."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import oci
import pytest
from oci import Registry

from infra_tool import cli, proc

SCHEMAS = Path(__file__).parents[2] / "docs/schemas"
POD = "apps/n8n/pod.yaml"
HOLD = "apps/n8n/.hold"
IMAGE = "registry.example.test/team/n8n"
FILES = {
    "clusters/koala/kustomization.yaml": "resources: [../../apps/n8n]\n",
    "apps/n8n/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/n8n/service.yaml": "port: 1\n",
    POD: f"spec: {{containers: [{{name: main, image: '{IMAGE}:v0'}}]}}\n",
}


def git(*arguments: str, cwd: Path) -> str:
    return proc.run(("git", *arguments), cwd=cwd).stdout.decode().strip()


def write(place: Path, path: str, text: str, message: str) -> None:
    (place / path).parent.mkdir(parents=True, exist_ok=True)
    (place / path).write_text(text, encoding="utf-8")
    git("add", "-A", cwd=place)
    git("commit", "-qm", message, cwd=place)


@pytest.fixture
def infra(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout in which v0 and v1 were written by hand, v2 and v3 deployed."""
    for path, text in FILES.items():
        write(git_repo, path, text, f"add {path}")
    write(git_repo, POD, FILES[POD].replace("v0", "v1"), "sed")
    monkeypatch.chdir(git_repo)
    assert cli.main(["bump", "n8n", "v2", "--commit", "--source-repo", "team/n8n", "--source-commit", "a" * 40]) == 0
    write(git_repo, "apps/n8n/service.yaml", "port: 2\n", "another port")
    assert cli.main(["bump", "n8n", "v3", "--commit", "--ci-run", "https://ci.example.test/1"]) == 0
    return git_repo


def call(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    """Return the result of a command, after holding it against its schema."""
    capsys.readouterr()
    assert cli.main([*words, "--format", "json"]) == code
    printed = json.loads(capsys.readouterr().out)
    jsonschema.validate(printed, json.loads((SCHEMAS / f"{words[0]}.json").read_text(encoding="utf-8")))
    found: dict[str, Any] = printed["result"]
    return found


def runs(place: Path) -> str:
    return (place / POD).read_text(encoding="utf-8").rpartition(":")[2].partition("'")[0]


def test_the_history_tells_what_ran_by_whomever(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = call(capsys, "history", "n8n")["runs"]
    assert [(run["version"], run["by_hand"]) for run in found] == [
        ("v3", False), ("v2", False), ("v1", True), ("v0", True),
    ]  # fmt: skip
    assert found[0]["seconds"] is None
    assert all(run["seconds"] >= 0 for run in found[1:])
    assert found[0]["ci_run"] == "https://ci.example.test/1"
    assert found[1]["source"] == {"repo": "team/n8n", "commit": "a" * 40}
    assert found[2]["commit"] == git("log", "-1", "--format=%H", "--grep", "^sed$", cwd=infra)
    assert call(capsys, "history")["runs"] == found


def test_the_history_of_all_knows_what_is_gone_from_messages(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pod = FILES[POD].replace("n8n", "web")
    write(infra, "apps/web/pod.yaml", pod, "add web")
    write(infra, "apps/web/kustomization.yaml", "resources: [pod.yaml]\n", "list web")
    git("rm", "-rq", "apps/n8n", cwd=infra)
    git("commit", "-qm", "without n8n", cwd=infra)
    found = [(run["service"], run["version"], run["by_hand"]) for run in call(capsys, "history")["runs"]]
    assert found == [("web", "v0", True), ("n8n", "v3", False), ("n8n", "v2", False)]


def test_the_history_reads_as_lines(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert cli.main(["history", "n8n"]) == 0
    lines = re.sub(r"[0-9a-f]{12}", "COMMIT", capsys.readouterr().out)
    lines = re.sub(r"\d{4}-\S+Z", "TIME", re.sub(r"ran \d+ \w+", "ran TIME", lines))
    assert lines.splitlines() == [
        "TIME  v3  runs now, Test Person, COMMIT",
        "TIME  v2  ran TIME, Test Person, COMMIT, from team/n8n COMMIT",
        "TIME  v1  ran TIME, Test Person, COMMIT, by hand",
        "TIME  v0  ran TIME, Test Person, COMMIT, by hand",
    ]
    assert infra.exists()


def test_a_rollback_goes_forward_to_what_ran_before_and_holds_it(
    infra: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = git("rev-parse", "HEAD", cwd=infra)
    found = call(capsys, "rollback", "n8n", "--commit")
    assert (found["action"], found["old"], found["new"], runs(infra)) == ("rolled-back", "v3", "v2", "v2")
    assert git("rev-parse", "HEAD~", cwd=infra) == before
    assert sorted(git("show", "--name-only", "--format=", cwd=infra).split()) == [HOLD, POD]
    assert git("log", "-1", "--format=%B", cwd=infra) == (
        "chore(deploy): n8n → v2, rolled back from v3\n\n"
        f"Deployed: n8n {IMAGE} v3 -> v2 from team/n8n@{'a' * 40}\nRolled-back: n8n v3"
    )
    assert found["held_by"]["reason"] == "rolled back from v3 to v2"
    assert call(capsys, "bump", "n8n", "v4", code=4)["services"][0]["held_by"] == found["held_by"]


def test_another_rollback_goes_to_the_one_before(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for version in ("v2", "v1", "v0"):
        assert call(capsys, "rollback", "n8n", "--previous", "--commit")["new"] == version
    assert cli.main(["rollback", "n8n"]) == 2
    assert "ran nothing before v0" in capsys.readouterr().err
    assert call(capsys, "history", "n8n")["runs"][0]["rolled_back"] == "v1"
    assert runs(infra) == "v0"


def test_what_else_changed_since_is_named(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(infra, "apps/n8n/service.yaml", "port: 3\n", "a third port")
    write(infra, "apps/n8n/new.yaml", "a: 1\n", "something new")
    write(infra, POD, FILES[POD].replace("v0", "v4"), "sed again")
    write(infra, POD, FILES[POD].replace("v0", "v4").replace("main", "other"), "another container name")
    changed = call(capsys, "rollback", "n8n", "--to", "v1")["also_changed"]
    assert [(one["path"], one["subject"]) for one in changed] == [
        (POD, "another container name"),
        ("apps/n8n/new.yaml", "something new"),
        ("apps/n8n/service.yaml", "a third port"),
    ]
    git("checkout", "-q", ".", cwd=infra)
    (infra / HOLD).unlink()
    assert call(capsys, "rollback", "n8n", "--to", "v4")["also_changed"] == []


def test_a_rollback_to_a_tag_is_the_same_twice(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "rollback", "n8n", "--to", "v1", "--commit")["action"] == "rolled-back"
    again = call(capsys, "rollback", "n8n", "--to", "v1", "--commit")
    assert (again["action"], again["commit"]) == ("unchanged", None)
    assert again["held_by"]["reason"] == "rolled back from v3 to v1"
    assert git("status", "--porcelain", cwd=infra) == ""


def test_a_rollback_to_what_runs_holds_it_there(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = call(capsys, "rollback", "n8n", "--to", "v3", "--commit")
    assert found["held_by"]["reason"] == "stays at v3"
    assert (runs(infra), (infra / HOLD).exists()) == ("v3", True)
    assert call(capsys, "bump", "n8n", "v4", "--commit", code=4)["services"][0]["action"] == "held"


def test_a_rollback_without_hold_lets_the_next_build_move_it(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "rollback", "n8n", "--no-hold", "--commit")["held_by"] is None
    assert not (infra / HOLD).exists()
    assert call(capsys, "bump", "n8n", "v4", "--commit")["services"][0]["action"] == "deployed"
    assert call(capsys, "rollback", "n8n", "--commit")["new"] == "v2"


def test_a_rollback_needs_no_checkout(
    infra: Path, bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    git("push", "-q", str(bare), "main", cwd=infra)
    monkeypatch.chdir(tmp_path)
    remote = ("--remote", f"file://{bare}")
    found = call(capsys, "rollback", "n8n", "--to", "v1", *remote)
    assert found["commit"] == git("rev-parse", "main", cwd=bare)
    assert [one["subject"] for one in found["also_changed"]] == ["another port"]
    assert ":v1'" in git("show", f"main:{POD}", cwd=bare)
    assert call(capsys, "unhold", "n8n", *remote)["action"] == "released"
    assert (
        call(capsys, "hold", "n8n", "--reason", "wait", "--author", "Ada <a@example.test>", *remote)["hold"]["by"]
        == "Ada"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("rollback", "n8n", "--to", "v9"), "never ran v9"),
        (("rollback", "n8n", "--to", "v1", "--previous"), "exclude each other"),
        (("rollback", "nope"), "no service nope"),
        (("hold", "n8n", "--reason", " "), "--reason is empty"),
        (("hold", "n8n"), "--reason"),
        (("history", "nope"), "no service nope"),
    ],
)
def test_wrong_words_are_told(
    words: tuple[str, ...], told: str, infra: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*words]) == 2
    assert told in capsys.readouterr().err
    assert git("status", "--porcelain", cwd=infra) == ""


def test_a_hold_says_who_and_why_until_it_ends(infra: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = call(capsys, "hold", "n8n", "--reason", "mail: lost", "--commit")["hold"]
    assert (held["by"], held["reason"]) == ("Test Person", "mail: lost")
    assert cli.main(["bump", "n8n", "v4"]) == 4
    assert "n8n is held by Test Person since" in capsys.readouterr().err
    assert call(capsys, "hold", "n8n", "--reason", "mail: lost")["action"] == "unchanged"
    assert cli.main(["hold", "n8n", "--reason", "another"]) == 2
    assert call(capsys, "unhold", "n8n", "--commit")["action"] == "released"
    assert call(capsys, "unhold", "n8n")["action"] == "unchanged"
    assert (runs(infra), (infra / HOLD).exists()) == ("v3", False)


@pytest.fixture
def registry(infra: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """Have the images of the repo in a registry on loopback, which lets anybody look."""
    monkeypatch.setenv("DOCKER_CONFIG", str(infra.parent / "docker"))
    monkeypatch.delenv("BUILDKIT_REGISTRY_AUTH", raising=False)
    with oci.serving(Registry()) as running:
        text = (infra / POD).read_text(encoding="utf-8").replace("registry.example.test", running.host)
        write(infra, POD, text, "our registry")
        assert cli.main(["bump", "n8n", "v4", "--commit"]) == 0
        yield running


def test_a_rollback_asks_the_registry_for_the_image(
    infra: Path, registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert cli.main(["rollback", "n8n", "--commit"]) == 4
    assert f"the registry no longer has {registry.host}/team/n8n:v3" in capsys.readouterr().err
    assert runs(infra) == "v4"
    registry.broken = 500
    assert "500" in call(capsys, "rollback", "n8n", "--dry-run")["unverified"]
    registry.broken = 0
    registry.hold("team/n8n", "v3")
    assert call(capsys, "rollback", "n8n", "--commit")["unverified"] is None
    assert runs(infra) == "v3"
