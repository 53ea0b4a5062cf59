"""The cluster koala and its infra repo on the rig's Gitea, all of it made by infra-tool, as a person would."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from rig import programs
from rig.flux import APPLIES, Flux
from rig.gitea import Gitea, Repo
from rig.pipeline import git, tool
from rig.process import wait

TOOL = (sys.executable, "-m", "infra_tool")
NAME = "koala"


class Cluster:
    """What the infra repo says, and what the API server has."""

    def __init__(self, flux: Flux, repo: Repo, checkout: Path) -> None:
        self.flux = flux
        self.kube = flux.kube
        self.owner = repo.owner
        self.repo = repo
        self.checkout = checkout

    @classmethod
    def new(cls, gitea: Gitea, flux: Flux, place: Path, layout: str = "shared") -> "Cluster":
        """Make an infra repo without services for an owner of its own, and have the cluster follow it."""
        repo, checkout = gitea.user().repo("infra"), place / "infra"
        options = ("--registry", gitea.host, "--owner", repo.owner.name, "--layout", layout, "--remote", repo.ssh)
        tool("init", str(checkout), *options)
        tool("new-cluster", "-C", str(checkout), NAME)
        found = cls(flux, repo, checkout)
        found.boot()
        return found

    def tool(self, command: str, *arguments: str) -> None:
        """Call infra-tool in the checkout; it must succeed."""
        tool(*command.split(), "-C", str(self.checkout), *arguments)

    def push(self, message: str = "change", *, ask: bool = True) -> str:
        """Commit everything, push it and return the commit; `ask` has Flux fetch it now."""
        git("add", "-A", cwd=self.checkout)
        git("commit", "-q", "--no-verify", "--allow-empty", "-m", message, cwd=self.checkout)
        return self.publish(ask=ask)

    def publish(self, *, ask: bool = True) -> str:
        """Push what is committed and return the commit."""
        git("push", "-q", "--no-verify", self.repo.url, "HEAD:main", cwd=self.checkout)
        if ask:
            self.flux.request()
        return git("rev-parse", "HEAD", cwd=self.checkout)

    def commits(self, since: str) -> list[str]:
        """Return the commits of the checkout that came after one."""
        return git("rev-list", f"{since}..HEAD", cwd=self.checkout).split()

    def applied(self, sha: str, name: str = f"cluster-{NAME}") -> None:
        """Wait until a commit is applied; it must be without an error."""
        ready = self.flux.settled(sha, name)
        assert ready["status"] == "True", ready

    def image(self, service: str) -> str:
        """Return the image that the API server has for a Deployment of one container; nothing when there is none."""
        found = self.kube.get("apps/v1", "Deployment", service, service)
        return str(found["spec"]["template"]["spec"]["containers"][0]["image"]) if found is not None else ""

    def runs(self, service: str, tag: str) -> None:
        """Wait until the API server has an image for a Deployment, whether its pods run or not."""
        what = f"{service}:{tag} in the API"
        wait(lambda: self.image(service).endswith(f"/{service}:{tag}"), what, *self.flux.parts, seconds=APPLIES)

    def boot(self) -> None:
        """Do what is done once: Flux may read the repo, the cluster gets its keys, and learns what to follow."""
        hosts = self.checkout.parent / "known_hosts"
        hosts.write_text(self.owner.gitea.known_hosts, encoding="utf-8")
        access = self.checkout / f"bootstrap/{NAME}/infra-git.enc.yaml"
        self.tool("secret set", str(access), "--from-file", f"known_hosts={hosts}")
        annotations = yaml.safe_load(access.read_text(encoding="utf-8"))["metadata"]["annotations"]
        self.repo.deploy_key(annotations["infra-tool/public-key"], read_only=True)
        self.push("start", ask=False)
        told = subprocess.run((*TOOL, "bootstrap", NAME), cwd=self.checkout, check=True, capture_output=True).stdout
        self.kubectl("apply", "-f", "-", stdin=told)
        self.kubectl("apply", "-k", f"clusters/{NAME}/flux-system")

    def let_pods_pull(self) -> str:
        """Give pods a credential of the registry, which may only read, and return it."""
        login = f"{self.owner.name}:{self.owner.token('read:package')}"
        config = self.checkout.parent / "docker.json"
        auth = base64.b64encode(login.encode()).decode()
        config.write_text(json.dumps({"auths": {self.owner.gitea.host: {"auth": auth}}}), encoding="utf-8")
        self.tool("new-cluster", NAME, "--docker-config", str(config))
        return login

    def kubectl(self, *arguments: str, stdin: bytes = b"") -> None:
        command = (str(programs.BIN / "kubectl"), f"--kubeconfig={self.kube.config}", *arguments)
        done = subprocess.run(command, cwd=self.checkout, input=stdin, env=os.environ, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()

    def plain(self, name: str, namespace: str) -> dict[str, Any]:
        """Return the data of a Secret as the API server has it, base64 and all."""
        found = self.kube.get("v1", "Secret", name, namespace) or {}
        return dict(found.get("data", {}))
