"""Fixtures for every test: an own home, real git repositories, the real programs."""

import contextlib
import gc
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from infra_tool import proc

DATA = Path(__file__).parent / "data"
REAL_HOME = Path.home()
FOREIGN = ("SOPS_", "GIT_", "GITHUB_", "GITEA_", "AGE_", "XDG_", "INFRA_TOOL_")
WATCHED = (".config/sops", ".cache/infra-tool", ".gitconfig", ".ssh")

settings.register_profile("untimed", settings.get_profile("ci" if os.environ.get("CI") else "default"), deadline=None)
settings.load_profile("untimed")  # no test is about time


def _state(home: Path) -> dict[str, int]:
    """Modification times of what the program could touch in the real home."""
    found = {}
    for name in WATCHED:
        for path in (home / name, *(home / name).rglob("*")):
            if path.exists():
                found[str(path)] = path.stat().st_mtime_ns
    return found


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give each test a home of its own, and see that the real one is not touched."""
    before = _state(REAL_HOME)
    place = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(FOREIGN):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(place / ".config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / ".cache"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    monkeypatch.setenv("NO_COLOR", "1")
    config = place / ".gitconfig"
    config.write_text("[user]\n\tname = Test Person\n\temail = test@example.invalid\n[init]\n\tdefaultBranch = main\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    yield place
    gc.enable()  # the program is a process of its own, and does without
    assert _state(REAL_HOME) == before, "a test touched the real home"


@pytest.fixture
def git_repo(tmp_path: Path) -> Path:
    """Return an empty git repository on branch main."""
    place = tmp_path / "repo"
    place.mkdir()
    proc.run(("git", "init", "-q", "-b", "main"), cwd=place)
    return place


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Return an empty bare repository whose HEAD is main, which allows partial clones."""
    place = tmp_path / "remote.git"
    proc.run(("git", "init", "-q", "--bare", "-b", "main", str(place)))
    proc.run(("git", "config", "uploadpack.allowFilter", "true"), cwd=place)
    proc.run(("git", "config", "uploadpack.allowAnySHA1InWant", "true"), cwd=place)
    return place


@pytest.fixture
def scaffolded(tmp_path: Path) -> Callable[[str], Path]:
    """Return what makes a repo by the command line: cluster koala, and every service of the data file, in a layout."""
    from infra_tool import cli  # noqa: PLC0415 -- every other test does without

    def scaffold(layout: str) -> Path:
        place = tmp_path / layout
        remote = "ssh://git@git.example.org/team/infra.git"
        init = ("init", str(place), "--registry", "registry.example.org", "--owner", "team", "--remote", remote)
        services = (DATA / "scaffolds.txt").read_text(encoding="utf-8").splitlines()
        commands = [
            (*init, "--layout", layout),
            ("new-cluster", "-C", str(place), "koala"),
            *(("new-service", "-C", str(place), *line.split()) for line in services if not line.startswith("#")),
        ]
        with contextlib.chdir(tmp_path):
            for command in commands:
                assert cli.main(command) == 0, command
        return place

    return scaffold


Unavailable = Callable[[str], NoReturn]


@pytest.fixture
def unavailable() -> Unavailable:
    """Return what ends a test when something that it needs is not there: a failure in CI, elsewhere a visible skip."""

    def end(reason: str) -> NoReturn:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)

    return end


@pytest.fixture
def interop_bin(monkeypatch: pytest.MonkeyPatch, unavailable: Unavailable) -> Path:
    """Put the real sops, age and kustomize on PATH."""
    cache = Path(os.environ.get("INTEROP_BIN", REAL_HOME / ".cache/infra-tool-interop/bin"))
    monkeypatch.setenv("PATH", f"{cache}{os.pathsep}{os.environ['PATH']}")
    missing = [name for name in ("sops", "age", "age-keygen", "kustomize") if shutil.which(name) is None]
    if missing:
        unavailable(f"not installed: {', '.join(missing)}; run nox -s interop")
    return cache


@pytest.fixture
def example_files() -> Callable[[Path], Mapping[str, bytes]]:
    """Return the files of a rule's example: a whole tree, or one manifest that the cluster koala gets."""

    def read(path: Path) -> Mapping[str, bytes]:
        if path.is_dir():
            return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}
        header = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
        return {
            "clusters/koala/kustomization.yaml": f"{header}  - ../../apps/demo\n".encode(),
            "apps/demo/kustomization.yaml": f"{header}  - {path.name}\n".encode(),
            f"apps/demo/{path.name}": path.read_bytes(),
        }

    return read
