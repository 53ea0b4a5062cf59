"""Sessions: a bare `nox` lints, checks types and runs every test, the real programs included."""

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True

GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "infra-tool-interop"
PROGRAMS = (
    "github.com/getsops/sops/v3/cmd/sops@v3.13.2",
    "filippo.io/age/cmd/...@v1.3.1",
    "sigs.k8s.io/kustomize/kustomize/v5@v5.8.1",
    "github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0",
)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format and the layers."""
    session.install(*GROUPS["lint"])
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", env={"PYTHONPATH": "."})


@nox.session
def types(session: nox.Session) -> None:
    """Check types."""
    session.install("-e", ".", *GROUPS["types"], "nox")
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests that need nothing but Python and git."""
    session.install("-e", ".", *GROUPS["tests"])
    session.run("pytest", "-n", "2", "-m", "not interop and not e2e", *session.posargs)


@nox.session
def interop(session: nox.Session) -> None:
    """Run the tests against the real sops, age and kustomize, which are built once into the user's cache."""
    programs = _programs(session)
    session.install("-e", ".", *GROUPS["tests"])
    session.run("pytest", "-n", "2", "-m", "interop", *session.posargs, env={"INTEROP_BIN": str(programs)})


@nox.session(default=False)
def e2e(session: nox.Session) -> None:
    """Run the tests against the real servers, which are built once into the user's cache: Gitea, BuildKit and so on."""
    programs = _programs(session)
    missing = [name for name in ("go", "gcc", "apt-get", "dpkg", "setpriv") if shutil.which(name) is None]
    if missing:
        reason = f"{', '.join(missing)} not installed, so the real servers cannot be built"
        (session.error if os.environ.get("CI") else session.skip)(reason)
    session.install("-e", ".", *GROUPS["tests"])
    session.run("python", "tests/support/rig/programs.py")
    session.run("pytest", "-n", "0", "-m", "e2e", *session.posargs, env={"INTEROP_BIN": str(programs)})


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure, print ratios against the targets, write bench.json."""
    programs = _programs(session)
    session.install("-e", ".")
    session.run("python", "tests/bench/run.py", *session.posargs, env={"INTEROP_BIN": str(programs)})


@nox.session(default=False)
def compare(session: nox.Session) -> None:
    """Ask other programs about the defects of tests/data/defects too, and print the table of docs/compare.md."""
    programs = _programs(session)
    session.install("-e", ".")
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    session.run("python", "tests/support/compare.py", *session.posargs, env={"PATH": path})


@nox.session(default=False)
def soak(session: nox.Session) -> None:
    """Run 500 bumps by 20 writers while servers and writers fail, and check the branch at the end."""
    session.install("-e", ".", *GROUPS["tests"])
    command = ("pytest", "-s", "-n", "0", "tests/faults/test_many.py", "-k", "soak")
    session.run(*command, *session.posargs, env={"INFRA_TOOL_SOAK": "500"})


def _programs(session: nox.Session) -> Path:
    """Return the directory of the real programs, installed at the pinned versions."""
    place, stamp = CACHE / "bin", CACHE / "versions"
    if stamp.exists() and stamp.read_text(encoding="utf-8").split() == list(PROGRAMS):
        return place
    if shutil.which("go") is None:
        reason = "Go is not installed, so the real sops, age, kustomize and kubeconform cannot be built"
        (session.error if os.environ.get("CI") else session.skip)(reason)
    place.mkdir(parents=True, exist_ok=True)
    for program in PROGRAMS:
        session.run(
            "go", "install", "-trimpath", program,
            external=True, env={"GOBIN": str(place), "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"},
        )  # fmt: skip
    stamp.write_text("\n".join(PROGRAMS), encoding="utf-8")
    return place
