"""`infra-tool lint`: what it looks at, what it tells, and how it ends."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from infra_tool import cli
from infra_tool.lint.rules.images import mutable_tag

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/lint.json").read_text(encoding="utf-8"))
FILES = {
    ".infra-tool.yaml": "version: 1\nregistry: registry.example.test\nowner: team\n",
    "clusters/koala/kustomization.yaml": "resources:\n  - ../../apps/web\n",
    "apps/web/kustomization.yaml": "resources:\n  - pod.yaml\n",
    "apps/web/pod.yaml": (
        "apiVersion: v1\n"
        "kind: Pod\n"
        "metadata:\n"
        "  name: web\n"
        "  namespace: kube-system\n"
        "spec:\n"
        "  containers:\n"
        "    - name: web\n"
        "      image: registry.example.test/team/web:1.0.0\n"
        "      resources: {requests: {cpu: 10m, memory: 64Mi}, limits: {memory: 64Mi}}\n"
    ),
}
POD = "apps/web/pod.yaml"
FORMATS = "one of concise, full, json, sarif, github, junit"
BAD = f"{POD}:9:14: I002 error: registry.example.test/team/web:latest: the tag latest moves\n"
WARNED = f"{POD}:9:14: I015 warning: "


def git(cwd: Path, *arguments: str, check: bool = True) -> str:
    done = subprocess.run(("git", *arguments), cwd=cwd, capture_output=True, text=True, check=check)
    return done.stdout.strip()


@dataclass(frozen=True)
class Repo:
    root: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def tag(self, tag: str) -> None:
        self.write(POD, FILES[POD].replace(":1.0.0", f":{tag}"))

    def lint(self, *arguments: str) -> tuple[int, str, str]:
        code = cli.main(["lint", *arguments])
        return code, *self.capsys.readouterr()

    def json(self, *arguments: str) -> Any:  # noqa: ANN401 -- JSON
        _, out, err = self.lint(*arguments, "--format", "json")
        found = json.loads(out)
        jsonschema.validate(found, SCHEMA)
        assert err == ""
        return found["result"]


@pytest.fixture
def repo(git_repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Repo:
    made = Repo(git_repo, capsys)
    for path, text in FILES.items():
        made.write(path, text)
    git(git_repo, "add", "-A")
    git(git_repo, "commit", "-qm", "start")
    monkeypatch.chdir(git_repo)
    return made


def test_a_clean_repo(repo: Repo) -> None:
    assert repo.lint() == (0, "", "no findings in 4 files, 1 resource\n")


def test_an_error_is_1(repo: Repo) -> None:
    repo.tag("latest")
    assert repo.lint() == (1, BAD, "1 error in 4 files, 1 resource\n")


def test_a_warning_is_0_unless_it_fails(repo: Repo) -> None:
    repo.tag("IMAGE_TAG")
    code, out, err = repo.lint()
    assert (code, err) == (0, "1 warning in 4 files, 1 resource\n")
    assert out.startswith(WARNED)
    assert repo.lint("--fail-on", "warning")[0] == 1


def test_a_rule_that_fails_is_3(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_applied: object, _facts: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(mutable_tag, "check", check)
    code, out, _ = repo.lint("apps/web/kustomization.yaml")
    assert code == 3
    assert "X001 error: rule I002 (mutable-tag) failed: ZeroDivisionError" in out


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("--select", "I0002"), "there is no rule I0002", "did you mean I002?"),
        (("--ignore", "mutable-tags"), "there is no rule mutable-tags", "did you mean mutable-tag?"),
        (("--explain", "Q"), "there is no rule Q", "infra-tool lint --list-rules"),
        (("--staged", "--rev", "HEAD"), "--staged and --rev exclude each other", None),
        (("--rev", "nope"), "nope is no commit of this repo", None),
        (("apps/nope",), "there is no apps/nope in the work tree (git may ignore it)", None),
        (("--staged", "apps/nope"), "there is no apps/nope in the index", None),
        (("../else",), "../else is outside of the infra repo {root}", None),
        (("--format", "xml"), "'xml' is no format", FORMATS),
        (("--output-file", "xml:a"), "'xml' is no format", FORMATS),
        (
            ("--output-file", "a.xml"),
            "--output-file a.xml: no format and path",
            "such as --output-file sarif:lint.sarif",
        ),
        (("--kubernetes-version", "new"), "'new' is not a Kubernetes version", "write the minor version, such as 1.33"),
        (("--fix", "--staged"), "--fix changes the work tree", "leave --staged or --rev out, or add --diff"),
        (("--fix", "--rev", "HEAD"), "--fix changes the work tree", "leave --staged or --rev out, or add --diff"),
        (("--unsafe-fixes",), "--unsafe-fixes goes with --fix, or with --diff to see what that would do", None),
        (("--baseline", "b.json"), "there is no baseline b.json in the work tree (git may ignore it)", None),
        (("--baseline", "../b.json", "--staged"), "there is no baseline ../b.json in the index", None),
        (
            ("--write-baseline", "apps"),
            "--write-baseline takes all findings: no PATH, --select, --ignore, --changed, --fix or --diff",
            None,
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_2(repo: Repo, arguments: tuple[str, ...], message: str, hint: str | None) -> None:
    told = f"error: {message.format(root=repo.root)}\n" + (f"hint: {hint}\n" if hint else "")
    assert repo.lint(*arguments) == (2, "", told)


def test_a_wrong_configuration_is_2(repo: Repo) -> None:
    repo.write(".infra-tool.yaml", "version: 1\nregistri: x\n")
    code, _, err = repo.lint()
    assert code == 2
    assert err == "error: .infra-tool.yaml:2: registri is no key of the configuration\nhint: did you mean registry?\n"


def test_staged_is_what_would_be_committed(repo: Repo) -> None:
    repo.tag("latest")
    assert repo.lint("--staged")[0] == 0
    git(repo.root, "add", "-A")
    repo.tag("1.0.1")
    assert repo.lint()[0] == 0
    assert repo.lint("--staged") == (1, BAD, "1 error in 4 files, 1 resource\n")


def test_staged_is_equal_to_the_commit(repo: Repo) -> None:
    repo.tag("latest")
    repo.write("apps/web/left.yaml", "a: 1\na: 2\n")
    git(repo.root, "add", "-A")
    git(repo.root, "rm", "-q", "--cached", "apps/web/kustomization.yaml")
    staged = repo.json("--staged")
    git(repo.root, "commit", "-qm", "broken")
    assert staged["findings"]
    assert repo.json("--rev", "HEAD") == staged
    assert repo.json("--rev", "HEAD~1")["findings"] == []


def test_a_conflict_is_an_error(repo: Repo) -> None:
    git(repo.root, "checkout", "-qb", "other")
    repo.tag("1.1.0")
    git(repo.root, "commit", "-qam", "other")
    git(repo.root, "checkout", "-q", "main")
    repo.tag("1.2.0")
    git(repo.root, "commit", "-qam", "main")
    git(repo.root, "merge", "-q", "other", check=False)
    code, out, _ = repo.lint("--staged")
    assert code == 1
    assert f"{POD}:1:1: Y003 error: not merged: the index holds both sides of a conflict\n" in out


@pytest.mark.parametrize(("path", "told"), [(".", True), ("apps", True), (POD, True), ("clusters", False)])
def test_paths_narrow_what_is_told(repo: Repo, path: str, *, told: bool) -> None:
    repo.tag("latest")
    code, out, err = repo.lint(path)
    assert (code, out) == ((1, BAD) if told else (0, ""))
    assert err == ("1 error" if told else "no findings") + " in 4 files, 1 resource\n"


def test_from_a_directory_inside(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.tag("latest")
    monkeypatch.chdir(repo.root / "apps/web")
    assert repo.lint()[1] == BAD
    assert repo.lint("pod.yaml", "../../clusters")[1] == BAD
    assert repo.lint("kustomization.yaml")[1] == ""


def test_a_repo_that_someone_else_laid_out(repo: Repo) -> None:
    git(repo.root, "rm", "-q", ".infra-tool.yaml")
    repo.tag("latest")
    assert repo.lint()[:2] == (1, BAD)


def test_rules_are_chosen_by_code_beginning_or_name(repo: Repo) -> None:
    repo.tag("latest")
    for word in ("I002", "I", "mutable-tag"):
        assert repo.lint("--select", word)[1] == BAD
        assert repo.lint("--ignore", word)[1] == ""
    assert repo.lint("--select", "T", "--select", "K")[1] == ""
    assert repo.lint("--select", "I", "--ignore", "I002")[1] == ""


def test_ignoring_adds_to_the_configuration_and_selecting_replaces_it(repo: Repo) -> None:
    repo.tag("latest")
    repo.write(".infra-tool.yaml", f"{FILES['.infra-tool.yaml']}lint:\n  select: [T]\n  ignore: [I002]\n")
    assert repo.lint("--select", "I")[1] == ""
    repo.write(".infra-tool.yaml", f"{FILES['.infra-tool.yaml']}lint:\n  select: [T]\n")
    assert repo.lint()[1] == ""
    assert repo.lint("--select", "I")[1] == BAD


def test_several_versions_are_judged_together(repo: Repo) -> None:
    cron = "apiVersion: batch/v9\nkind: CronJob\nmetadata: {name: web, namespace: default}\n"
    repo.write("apps/web/cron.yaml", cron)
    repo.write("apps/web/kustomization.yaml", "resources:\n  - pod.yaml\n  - cron.yaml\n")
    repo.tag("latest")
    found = repo.json("--kubernetes-version", "1.33", "--kubernetes-version", "v1.34.1")
    assert [finding["code"] for finding in found["findings"]] == ["K002", "K002", "I002"]


def test_json_says_all_there_is(repo: Repo) -> None:
    repo.tag("latest")
    found = repo.json()
    assert found["summary"] == {
        "errors": 1, "warnings": 0, "infos": 0, "files": 4, "resources": 1, "unchecked": [], "baseline": None,
    }  # fmt: skip
    assert found["findings"][0] == {
        "code": "I002",
        "name": "mutable-tag",
        "severity": "error",
        "path": POD,
        "line": 9,
        "column": 14,
        "end_line": 9,
        "end_column": 51,
        "message": "registry.example.test/team/web:latest: the tag latest moves",
        "help": "write a version, a commit, or a digest",
        "object": "Pod/kube-system/web",
        "chain": ["clusters/koala/kustomization.yaml", "apps/web/kustomization.yaml"],
        "fixable": False,
    }


def test_full_on_a_terminal(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.tag("latest")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    _, out, _ = repo.lint()
    assert "9 |       image: registry.example.test/team/web:latest\n" in out
    assert "\x1b" not in out
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("CI", "1")
    assert "\x1b" not in repo.lint()[1]
    monkeypatch.delenv("CI")
    assert "\x1b" in repo.lint()[1]


def test_rules_explain_themselves(repo: Repo) -> None:
    code, out, err = repo.lint("--explain", "I002")
    assert (code, err) == (0, "")
    assert out.startswith("I002 mutable-tag (error)\n\nAn image has a tag that is moved")
    assert repo.lint("--explain", "mutable-tag")[1] == out
    documented = repo.json("--explain", "I002")["rules"]
    assert [rule["code"] for rule in documented] == ["I002"]
    assert documented[0]["documentation"] in out


def test_rules_are_listed_anywhere(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = repo.lint("--list-rules")
    assert code == 0
    lines = out.splitlines()
    assert [line[:4] for line in lines] == sorted(line[:4] for line in lines)
    assert any(line.startswith("I002 error   mutable-tag ") for line in lines)
    assert [rule["code"] for rule in repo.json("--list-rules")["rules"]] == [line[:4] for line in lines]


def test_files_get_what_stdout_would(repo: Repo, tmp_path: Path) -> None:
    repo.tag("latest")
    wanted = ("concise", "json", "sarif", "junit", "github")
    outputs = [part for each in wanted for part in ("--output-file", f"{each}:{tmp_path / each}")]
    code, out, err = repo.lint(*outputs)
    assert (code, out, err) == (1, BAD, "1 error in 4 files, 1 resource\n")
    for each in wanted:
        assert (tmp_path / each).read_text(encoding="utf-8") == repo.lint("--format", each)[1]


def test_sarif_describes_the_rules_that_found_something(repo: Repo) -> None:
    repo.tag("latest")
    (run,) = json.loads(repo.lint("--format", "sarif")[1])["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["I002"]
    assert run["results"][0]["ruleIndex"] == 0


def test_a_file_that_cannot_be_written_is_3(repo: Repo) -> None:
    code, out, err = repo.lint("--output-file", "json:nowhere/at/all")
    assert (code, out) == (3, "")
    assert err == "error: nowhere/at/all: cannot be written: No such file or directory\n"


BASELINE = ".infra-tool-baseline.json"


def test_a_baseline_keeps_back_what_is_known(repo: Repo) -> None:
    repo.tag("latest")
    assert repo.lint("--write-baseline") == (0, f"known from now on: 1 finding, in {repo.root / BASELINE}\n", "")
    assert repo.lint() == (0, "", "no findings in 5 files, 1 resource; 1 in the baseline\n")
    repo.write("apps/web/left.yaml", "a: 1\na: 2\n")
    assert repo.json()["summary"]["baseline"] == {"findings": 1, "gone": 0}
    assert repo.lint()[0] == 1
    (repo.root / "apps/web/left.yaml").unlink()
    repo.tag("1.0.0")
    told = "1 finding of the baseline not found any more: --write-baseline forgets\n"
    assert repo.lint() == (0, "", f"{told}no findings in 5 files, 1 resource; 0 in the baseline\n")


def test_a_baseline_of_the_index_counts_for_it(repo: Repo) -> None:
    repo.tag("latest")
    git(repo.root, "add", "-A")
    repo.lint("--write-baseline")
    assert repo.lint("--staged")[0] == 1
    git(repo.root, "add", BASELINE)
    assert repo.lint("--staged")[0] == 0


def test_another_baseline_counts_instead(repo: Repo, tmp_path: Path) -> None:
    repo.tag("latest")
    repo.lint("--write-baseline", "--baseline", "known.json")
    repo.lint("--write-baseline", "--baseline", str(tmp_path / "known.json"))
    assert repo.lint()[0] == 1
    for file in ("known.json", str(tmp_path / "known.json")):
        assert repo.lint("--baseline", file)[0] == 0


def test_a_baseline_is_written_anew(repo: Repo) -> None:
    repo.tag("latest")
    for _ in range(2):
        assert repo.json("--write-baseline")["baseline"] == {"path": str(repo.root / BASELINE), "findings": 1}


def test_what_is_no_baseline_is_2(repo: Repo) -> None:
    repo.write(BASELINE, "nothing\n")
    code, out, err = repo.lint()
    assert (code, out) == (2, "")
    assert err == f"error: {BASELINE}: is not a baseline\nhint: infra-tool lint --write-baseline writes one\n"


UNTIDY = "resources:\n  - ./pod.yaml # here\n"
TIDY = "resources:\n  - pod.yaml # here\n"
WEB = "apps/web/kustomization.yaml"


def text(repo: Repo, path: str = WEB) -> str:
    return (repo.root / path).read_text(encoding="utf-8")


def test_a_diff_shows_what_a_fix_does(repo: Repo) -> None:
    repo.write(WEB, UNTIDY)
    code, out, err = repo.lint("--diff")
    assert (code, err) == (1, "--fix would mend 1 finding in 1 file\n")
    assert out == (
        f"diff --git a/{WEB} b/{WEB}\n--- a/{WEB}\n+++ b/{WEB}\n@@ -1,2 +1,2 @@\n"
        " resources:\n-  - ./pod.yaml # here\n+  - pod.yaml # here\n"
    )
    assert repo.json("--diff") == {"diff": out, "findings": 1, "files": [WEB]}
    assert text(repo) == UNTIDY
    assert repo.lint("--fix") == (0, "", "fixed 1 finding in 1 file\nno findings in 4 files, 1 resource\n")
    assert text(repo) == TIDY
    assert repo.lint("--diff") == (0, "", "--fix would mend 0 findings in 0 files\n")
    assert repo.lint("--fix") == (0, "", "no findings in 4 files, 1 resource\n")


def test_a_diff_of_the_index_is_of_the_index(repo: Repo) -> None:
    repo.write(WEB, UNTIDY)
    assert repo.lint("--diff", "--staged")[0] == 0
    git(repo.root, "add", "-A")
    repo.write(WEB, TIDY)
    assert repo.lint("--fix", "--diff", "--staged")[0] == 1
    assert repo.lint("--diff")[0] == 0


def test_what_changes_a_cluster_is_fixed_when_asked_for(repo: Repo) -> None:
    repo.write("apps/web/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: default}\n")
    assert repo.lint("--fix")[1].startswith("apps/web/map.yaml:1:1: T005 warning")
    assert text(repo) == FILES[WEB]
    code, out, err = repo.lint("--fix", "--unsafe-fixes")
    assert (code, out) == (0, "")
    assert err == "fixed 1 finding in 1 file\nno findings in 5 files, 2 resources\n"
    assert text(repo) == "resources:\n  - map.yaml\n  - pod.yaml\n"


def test_a_fix_does_what_was_asked_about_alone(repo: Repo) -> None:
    repo.write(WEB, UNTIDY)
    repo.lint("--fix", "--ignore", "T014")
    repo.lint("--fix", "clusters")
    assert text(repo) == UNTIDY
    repo.lint("--write-baseline")
    repo.lint("--fix", "--select", "T014", "apps")
    assert text(repo) == TIDY


def test_what_is_left_after_a_fix_decides(repo: Repo) -> None:
    repo.write(WEB, UNTIDY)
    repo.tag("latest")
    assert repo.lint("--fix") == (1, BAD, "fixed 1 finding in 1 file\n1 error in 4 files, 1 resource\n")
