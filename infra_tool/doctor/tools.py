"""The programs: git always, sops where the repo needs it, buildctl where images are built."""

import re
from collections.abc import Iterator
from shutil import which

from infra_tool import proc, sops, yamldoc
from infra_tool.doctor.line import Here, Line
from infra_tool.proc import INSTALL_HINTS

NAME = "tools"
OLDEST_GIT = (2, 34)
VERSION = re.compile(r"(\d+)\.(\d+)")


def check(here: Here) -> Iterator[Line]:
    """Look for each program."""
    yield _git()
    yield _sops(here)
    if which("buildctl"):
        yield Line("ok", "buildctl is installed")
    else:
        yield Line("ok", "buildctl is not installed: only a runner that builds images needs it")


def _git() -> Line:
    if not which("git"):
        return Line("fail", "git is not installed", INSTALL_HINTS["git"])
    told = proc.run(("git", "--version")).stdout.decode(errors="replace").strip()
    found = VERSION.search(told)
    if found is None or (int(found[1]), int(found[2])) < OLDEST_GIT:
        return Line("fail", f"{told} is too old", INSTALL_HINTS["git"])
    return Line("ok", told)


def _sops(here: Here) -> Line:
    needs = _needs(here)
    if which("sops"):
        return Line("ok", "sops is installed")
    if needs:
        return Line("fail", f"sops is not installed, and {needs}", INSTALL_HINTS["sops"])
    return Line("ok", "sops is not installed, and not needed: age is built in")


def _needs(here: Here) -> str | None:
    """Return why the repo needs the program."""
    if here.config.secrets_backend == "sops":
        return "secrets.backend says that it writes the secrets"
    for path in encrypted(here):
        found = sops.read_metadata(yamldoc.parse(here.tree.read(path), path))
        if found and not found.readable:
            return f"{path} is not for age keys alone"
    return None


def encrypted(here: Here) -> list[str]:
    """Return the files of the repo that SOPS encrypts."""
    return [path for path in here.tree.entries if path.endswith((".enc.yaml", ".enc.yml"))]
