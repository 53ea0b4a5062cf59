"""What the demo does, step by step."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from infra_tool.demo.race import older_build, race
from infra_tool.demo.shell import OWNER, REGISTRY, Shell, expect

API_KEY = "sk-demo-0123456789"
SECRETS = "apps/supervisor/secrets.enc.yaml"


class Step(NamedTuple):
    """One finished step: its title, what was typed and said, and how long it took in seconds."""

    title: str
    lines: tuple[str, ...]
    seconds: float


def run(place: Path) -> Iterator[Step]:
    """Do the whole job below `place`, which is left for exploring.

    Raises InfraToolError as soon as a step's result is not what it should be.
    """
    shell = Shell(place)
    for title, act in STEPS:
        start = time.monotonic()
        shell.transcript.clear()
        act(shell)
        yield Step(title, tuple(shell.transcript), time.monotonic() - start)


def prepare(shell: Shell) -> None:
    """Make a home and a git server."""
    for directory in (shell.place / "home", shell.infra, shell.remote):
        directory.mkdir(parents=True)
    identity = "[user]\n\tname = Demo Person\n\temail = demo@example.test\n[init]\n\tdefaultBranch = main\n"
    (shell.place / "home" / ".gitconfig").write_text(identity, encoding="utf-8")
    shell.run("git", "init", "--quiet", "--bare", str(shell.remote), cwd=shell.place, show=False)
    for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        shell.run("git", "config", key, "true", cwd=shell.remote, show=False)
    shell.tell(f"home, keys and server are below {shell.place}")


def make_repo(shell: Shell) -> None:
    """Make the infra repo and its cluster."""
    remote = "ssh://git@gitea.example.test/demo/infra.git"
    shell.run("infra-tool", "init", "--registry", REGISTRY, "--owner", OWNER, "--cluster", "koala", "--remote", remote)
    shell.run("infra-tool", "new-cluster", "koala")
    expect((shell.infra / "clusters/koala/kustomization.yaml").exists(), "new-cluster wrote clusters/koala")
    expect("AGE-SECRET-KEY" not in _everything(shell.infra), "no private key is in the repo")


def add_services(shell: Shell) -> None:
    """Add two services, each with an encrypted secret."""
    n8n = (
        "--image",
        "docker.n8n.io/n8nio/n8n",
        "--tag",
        "1.110.1",
        "--port",
        "5678",
        "--generate",
        "N8N_ENCRYPTION_KEY",
    )
    shell.run("infra-tool", "new-service", "n8n", *n8n)
    shell.run("infra-tool", "new-service", "supervisor", "--secret", "ANTHROPIC_API_KEY")
    registered = (shell.infra / "clusters/koala/kustomization.yaml").read_text(encoding="utf-8")
    expect("n8n" in registered and "supervisor" in registered, "both services are registered")


def keep_secret(shell: Shell) -> None:
    """Set a secret value, read it back, see that it is nowhere in plaintext."""
    shell.tell(f"$ printf %s ... | infra-tool secret set {SECRETS} --from-stdin ANTHROPIC_API_KEY")
    shell.run(
        "infra-tool", "secret", "set", SECRETS, "--from-stdin", "ANTHROPIC_API_KEY", stdin=API_KEY.encode(), show=False
    )
    shell.run("infra-tool", "secret", "view", SECRETS)
    value = shell.run("infra-tool", "secret", "get", SECRETS, "ANTHROPIC_API_KEY", show=False)
    expect(value.strip() == API_KEY, "secret get returns what was set")
    expect(API_KEY not in _everything(shell.infra), "the value is nowhere in plaintext")
    shell.tell("secret get returns the value; no file holds it in plaintext")


def publish(shell: Shell) -> None:
    """Lint, commit through the hook, push."""
    shell.run("infra-tool", "lint")
    shell.run("git", "add", "--all", show=False)
    shell.run("git", "commit", "--quiet", "--message", "feat: n8n and supervisor on koala")
    shell.run("git", "remote", "add", "origin", f"file://{shell.remote}", show=False)
    shell.run("git", "push", "--quiet", "--set-upstream", "origin", "main")


def make_mistake(shell: Shell) -> None:
    """Write a floating tag: lint explains it, the hook stops the commit."""
    path = shell.infra / "apps/n8n/deployment.yaml"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("n8n:1.110.1", "n8n:latest"), encoding="utf-8")
    shell.tell("$ sed -i s/n8n:1.110.1/n8n:latest/ apps/n8n/deployment.yaml")
    said = shell.run("infra-tool", "lint", "--format", "full", ok=(1,))
    expect("I002" in said and "deployment.yaml" in said, "lint names the floating tag and its file")
    before = shell.run("git", "rev-parse", "HEAD", show=False)
    shell.run("git", "commit", "--quiet", "--all", "--message", "oops", ok=(1,))
    expect(shell.run("git", "rev-parse", "HEAD", show=False) == before, "the hook stopped the commit")
    path.write_text(good, encoding="utf-8")
    shell.run("git", "add", "--all", show=False)
    shell.run("infra-tool", "lint", "--staged", show=False)


def _everything(directory: Path) -> str:
    return "\n".join(path.read_bytes().decode(errors="replace") for path in directory.rglob("*") if path.is_file())


STEPS: tuple[tuple[str, Callable[[Shell], None]], ...] = (
    ("A home and a git server of its own", prepare),
    ("An infra repo and the cluster koala", make_repo),
    ("Two services", add_services),
    ("A secret, set and read back", keep_secret),
    ("Lint is clean, the repo is pushed", publish),
    ("A mistake: lint explains it, the hook stops it", make_mistake),
    ("Five builds finish at once, in any order", race),
    ("An older build comes late", older_build),
)
