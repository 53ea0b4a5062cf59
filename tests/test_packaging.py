"""The program works from a wheel, from an editable install and from a checkout: its templates are where it looks."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
USE = """\
import os, site, sys
before = list(sys.path)
site.addsitedir(sys.argv[1])
sys.path.sort(key=before.__contains__)  # what is new comes first
import infra_tool
from infra_tool import cli
print(infra_tool.__file__)
init = ("init", "infra", "--registry", "registry.example.org", "--owner", "team", "--remote", "ssh://git@h/o/r.git")
assert cli.main((*init, "--layout", "isolated")) == 0
os.chdir("infra")
assert cli.main(("new-cluster", "koala")) == 0
assert cli.main(("new-service", "n8n")) == 0
"""

pytestmark = pytest.mark.slow


def pip(place: Path, *arguments: str) -> None:
    """Run pip, of an environment of its own where this one has none."""
    python = sys.executable
    if importlib.util.find_spec("pip") is None:
        subprocess.run((python, "-m", "venv", str(place / "venv")), check=True)
        python = str(place / "venv/bin/python")
    done = subprocess.run((python, "-m", "pip", *arguments), capture_output=True, text=True, check=False)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"pip cannot build it here, it may be offline: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr


def wheel(place: Path) -> Path:
    """Build the wheel and unpack it, as an installation does."""
    pip(place, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), str(ROOT))
    with zipfile.ZipFile(next(place.glob("*.whl"))) as built:
        built.extractall(place / "site")
    return place / "site"


def editable(place: Path) -> Path:
    """Install a copy of the checkout for editing, beside what is installed."""
    source = checkout(place / "source")
    options = ("--quiet", "--no-deps", "--ignore-installed", "--prefix", str(place / "prefix"))
    pip(place, "install", *options, "-e", str(source))
    return next((place / "prefix").rglob("site-packages"))


def checkout(place: Path) -> Path:
    """Copy what git would clone of the program."""
    skip = shutil.ignore_patterns(".*", "__pycache__", "tests", "docs")
    shutil.copytree(ROOT, place, ignore=lambda folder, names: skip(folder, names) if folder == str(ROOT) else ())
    return place


@pytest.mark.parametrize("install", [wheel, editable, checkout], ids=lambda install: install.__name__)
def test_it_makes_a_service(install: Callable[[Path], Path], tmp_path: Path) -> None:
    site = install(tmp_path / "installed")
    command = (sys.executable, "-P", "-c", USE, str(site))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path)), "another infra-tool was used"
    for path in ("apps/n8n/deployment.yaml", "apps/n8n/secrets.enc.yaml", "clusters/koala/n8n.yaml", ".gitignore"):
        assert (tmp_path / "infra" / path).is_file()
