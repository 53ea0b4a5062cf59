"""An owner on the rig's Gitea whose app repos deploy into one infra repo, all of it made by infra-tool."""

import base64
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

import sshd
from rig.gitea import Gitea, Job, Repo, Visibility
from rig.runner import LABEL

from infra_tool import cli, proc

WORKFLOW = ".gitea/workflows/ci-cd.yml"
SUCCESS = {"ci": "success", "deploy": "success"}


def git(*arguments: str, cwd: Path) -> str:
    return proc.run(("git", *arguments), cwd=cwd).stdout.decode().strip()


def tool(*arguments: str) -> None:
    """Call infra-tool, which must succeed."""
    assert cli.main(arguments) == 0, arguments


class Pipeline:
    """The owner, the infra repo with its services, and what is set once for the workflows of all app repos."""

    def __init__(self, gitea: Gitea, place: Path, services: Sequence[str], visibility: Visibility = "private") -> None:
        self.gitea = gitea
        self.place = place
        self.owner = gitea.user(visibility)
        self.infra = self.owner.repo("infra")
        self.checkout = place / "infra"
        self._scaffold(services)
        key = sshd.keygen(place / "deploy")
        self.infra.deploy_key(key.with_suffix(".pub").read_text(encoding="utf-8"))
        self.secrets = {
            "INFRA_DEPLOY_KEY": key.read_text(encoding="utf-8"),
            "BUILDKIT_REGISTRY_AUTH": f"{self.owner.name}:{self.owner.token('write:package')}",
        }
        for name, value in self.secrets.items():
            self.owner.secret(name, value)
        self.owner.variable("INFRA_KNOWN_HOSTS", gitea.known_hosts)

    def _scaffold(self, services: Sequence[str]) -> None:
        options = ("--registry", self.gitea.host, "--owner", self.owner.name, "--remote", self.infra.ssh)
        tool("init", str(self.checkout), *options)
        tool("new-cluster", "-C", str(self.checkout), "koala")
        for service in services:
            tool("new-service", "-C", str(self.checkout), service, "--no-secrets")
        git("add", "-A", cwd=self.checkout)
        git("commit", "-q", "--no-verify", "-m", "start", cwd=self.checkout)
        git("push", "-q", "--no-verify", self.infra.url, "HEAD:main", cwd=self.checkout)
        self.infra.know(git("rev-parse", "HEAD", cwd=self.checkout))

    @property
    def passwords(self) -> list[str]:
        """Return what a log must not show of the registry's credential."""
        auth = self.secrets["BUILDKIT_REGISTRY_AUTH"]
        return [auth.partition(":")[2], base64.b64encode(auth.encode()).decode()]

    def image(self, service: str) -> str:
        return f"{self.gitea.host}/{self.owner.name}/{service}"

    def commits(self, since: str) -> list[str]:
        """Return the commits that the infra repo got, oldest first, each with its message."""
        git("fetch", "-q", self.infra.url, "main", cwd=self.checkout)
        told = git("log", "--reverse", "--format=%H%n%B%x00", f"{since}..FETCH_HEAD", cwd=self.checkout)
        return [one.strip() for one in told.split("\0") if one.strip()]

    def deployed(self, service: str) -> str:
        """Return what the manifest of a service says after the name of its image."""
        text = self.infra.file(f"apps/{service}/deployment.yaml")
        return text.partition(f"image: {self.image(service)}:")[2].partition("\n")[0]


class App:
    """An app repo with a trivial image and the workflow that new-cd writes; its tests fail where a file `broken` is."""

    def __init__(self, pipeline: Pipeline, service: str) -> None:
        self.service = service
        self.repo: Repo = pipeline.owner.repo(service)
        self.place = pipeline.place / f"app-{service}"
        git("init", "-q", "-b", "main", str(self.place), cwd=pipeline.place)
        (self.place / "Dockerfile").write_text("FROM scratch\nCOPY work /\n", encoding="utf-8")
        image = ("--image", pipeline.image(service))
        options = ("--service", service, "--infra", pipeline.infra.ssh, *image, "--runs-on", LABEL)
        with chdir(self.place):
            tool("new-cd", *options, "--ci", "test ! -e broken")

    def push(self, name: str = "first", branch: str = "main", *also: str) -> str:
        """Commit something, the files `also` beside it, push it and return its id."""
        for path in ("work", *also):
            (self.place / path).write_text(name, encoding="utf-8")
        git("add", "-A", cwd=self.place)
        git("commit", "-q", "-m", name, cwd=self.place)
        git("push", "-q", self.repo.url, f"HEAD:{branch}", cwd=self.place)
        sha = git("rev-parse", "HEAD", cwd=self.place)
        self.repo.know(sha, branch)
        return sha

    def run(self, sha: str, event: str = "push") -> dict[str, Job]:
        """Return the jobs of what was started for a commit, when all of them have ended."""
        return self.repo.run(sha, event)

    def run_again(self, sha: str) -> dict[str, Job]:
        """Have the run of a push done again, and return its jobs."""
        (found,) = self.repo.do("GET", f"/actions/runs?event=push&head_sha={sha}")["workflow_runs"]
        self.repo.do("POST", f"/actions/runs/{found['id']}/rerun")
        return self.repo.run(sha, attempt=2)


def conclusions(jobs: dict[str, Job]) -> dict[str, str]:
    return {name: job.conclusion for name, job in jobs.items()}
