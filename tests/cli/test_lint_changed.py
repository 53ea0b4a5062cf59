"""`infra-tool lint --changed`: what a change can have to do with, and nothing else."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra_tool import cli

FILES = {
    ".infra-tool.yaml": "version: 1\nlint: {ignore: [W]}\n",
    "clusters/koala/kustomization.yaml": "resources: [../../apps/old, ../../apps/web]\n",
    "apps/old/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/web/kustomization.yaml": "resources: [pod.yaml, map.yaml]\n",
    "apps/web/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: default}\n",
}
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {0}, namespace: default}}
spec: {{containers: [{{name: a, image: 'a:{1}'}}]}}
"""
OLD = "apps/old/pod.yaml:4:38: I002 error: a:latest: the tag latest moves\n"
WEB = OLD.replace("old", "web")


@dataclass(frozen=True)
class Repo:
    root: Path
    capsys: pytest.CaptureFixture[str]

    def git(self, *arguments: str) -> str:
        done = subprocess.run(("git", *arguments), cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def pod(self, name: str, tag: str) -> None:
        self.write(f"apps/{name}/pod.yaml", POD.format(name, tag))

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", "x")

    def changed(self, *arguments: str) -> tuple[int, str, str]:
        """Return the exit code, the findings, and what it was compared with."""
        code = cli.main(["lint", "--changed", *arguments])
        out, err = self.capsys.readouterr()
        return code, out, err.splitlines()[0]

    def compared(self, name: str, revision: str, files: str) -> str:
        return f"compared with {name} at {self.git('rev-parse', revision)[:12]}: {files}"


@pytest.fixture
def repo(git_repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Repo:
    """Return a repo with an old error, on a branch of its own."""
    made = Repo(git_repo, capsys)
    for path, text in FILES.items():
        made.write(path, text)
    made.pod("old", "latest")
    made.pod("web", "1.0.0")
    made.commit()
    made.git("checkout", "-qb", "topic")
    monkeypatch.chdir(git_repo)
    return made


def test_nothing_changed(repo: Repo) -> None:
    for more in ((), ("--staged",)):
        assert repo.changed(*more) == (0, "", repo.compared("main", "main", "0 changed files"))


def test_a_new_error_in_a_changed_file(repo: Repo) -> None:
    repo.pod("web", "latest")
    told = (1, WEB, repo.compared("main", "main", "1 changed file"))
    assert repo.changed() == told
    assert repo.changed("--staged")[:2] == (0, "")
    repo.git("add", "-A")
    assert repo.changed("--staged") == told
    repo.commit()
    assert repo.changed("--rev", "HEAD") == told


def test_an_old_error_in_a_changed_file(repo: Repo) -> None:
    repo.write("apps/old/pod.yaml", "# a comment\n" + POD.format("old", "latest"))
    assert repo.changed()[:2] == (1, OLD.replace(":4:", ":5:"))


def test_a_new_error_in_a_file_that_did_not_change(repo: Repo) -> None:
    """The orphan is the file that the kustomization, which changed, does not name any more."""
    repo.write("apps/web/kustomization.yaml", "resources: [pod.yaml]\n")
    code, out, _ = repo.changed()
    assert code == 0
    assert out == "apps/web/map.yaml:1:1: T005 warning: nothing refers to this manifest: no cluster gets it\n"


def test_files_that_are_new_gone_and_not_tracked(repo: Repo) -> None:
    repo.write("apps/web/more.yaml", FILES["apps/web/map.yaml"])
    (repo.root / "apps/web/map.yaml").unlink()
    _, out, compared = repo.changed()
    assert compared.endswith("2 changed files")
    assert [line.split(" ")[1] for line in out.splitlines()] == ["T001", "T005"]


def test_what_others_did_on_the_branch_meanwhile_does_not_count(repo: Repo) -> None:
    repo.pod("web", "1.1.0")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.pod("old", "main")
    repo.commit()
    repo.git("checkout", "-q", "topic")
    assert repo.changed() == (0, "", repo.compared("main", "main~1", "1 changed file"))


def test_the_branch_of_origin_counts_more(repo: Repo) -> None:
    repo.git("update-ref", "refs/remotes/origin/main", "main")
    repo.pod("web", "latest")
    repo.commit()
    repo.git("branch", "-qf", "main", "topic")
    assert repo.changed()[:2] == (1, WEB)
    assert repo.changed()[2].startswith("compared with origin/main at ")


def test_a_commit_of_the_branch_is_compared_with_the_one_before(repo: Repo) -> None:
    repo.git("checkout", "-q", "main")
    repo.pod("web", "latest")
    repo.commit()
    assert repo.changed("--rev", "HEAD") == (1, WEB, repo.compared("HEAD~1", "main~1", "1 changed file"))
    assert repo.changed()[:2] == (0, "")


def test_a_repo_without_another_commit_tells_all(repo: Repo) -> None:
    alone = (1, OLD, "there is no commit to compare with: all is told")
    assert repo.changed("--rev", "main") == alone
    repo.git("checkout", "-q", "--orphan", "fresh")
    assert repo.changed() == alone


def test_a_history_that_is_not_here_is_wrong_usage(repo: Repo) -> None:
    repo.git("checkout", "-q", "--orphan", "fresh")
    repo.pod("web", "2.0.0")
    repo.commit()
    assert repo.changed()[::2] == (2, "error: where the history left main is not known here")


def test_a_base_that_cannot_be_judged_makes_everything_new(repo: Repo) -> None:
    repo.git("checkout", "-q", "main")
    repo.write(".infra-tool.yaml", "nonsense: 1\n")
    repo.commit()
    repo.git("checkout", "-qB", "topic")
    repo.write(".infra-tool.yaml", FILES[".infra-tool.yaml"])
    assert repo.changed()[:2] == (1, OLD)


def test_with_paths_and_a_baseline(repo: Repo) -> None:
    repo.pod("web", "latest")
    assert repo.changed("clusters")[:2] == (0, "")
    assert cli.main(["lint", "--write-baseline"]) == 0
    repo.capsys.readouterr()
    assert repo.changed()[:2] == (0, "")
