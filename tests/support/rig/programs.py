"""Build the programs of the rig once into the user's cache: pinned, checked against recorded sums, reused later.

As a program it does that and prints the directory: `python tests/support/rig/programs.py [PART...]`. It needs Go, a C
compiler for Gitea's SQLite, and Debian's apt-get and dpkg for what runs containers.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "infra-tool-rig"
"""Read when this is imported, since each test has a home of its own."""

PLACE = Path(os.environ.get("RIG") or CACHE)
BIN = PLACE / "bin"
KUBERNETES = "1.35.4"
TRIES = 3
PAUSE = 20
"""Seconds before another try: thousands of modules are downloaded, and one request may fail."""

STAMPED = "k8s.io/component-base/version"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A Go module at a version, with the checksum of its content, and how its programs are built.

    `shares` are files of the module that are kept beside the programs, in `share/NAME`. `staging` is the version of the
    modules that this one replaces by directories of its own. `own_sums` takes the module's go.sum, for dependencies
    that the checksum database does not know.
    """

    name: str
    module: str
    version: str
    sum: str
    packages: tuple[str, ...] = ("",)
    tags: str = ""
    ldflags: str = "-s -w"
    cgo: bool = False
    staging: str = ""
    own_sums: bool = False
    shares: tuple[str, ...] = ()

    @property
    def programs(self) -> tuple[str, ...]:
        """Return what the programs are called."""
        paths = (f"{self.module}{package}" for package in self.packages)
        return tuple(path.rpartition("/")[2] for path in paths)


GO = (
    Part(
        name="gitea",
        module="code.gitea.io/gitea",
        version="v1.26.0",
        sum="h1:fJP9dqLbzKrKWUVnCVTfVersZdVDuyJQLEDzCAOmKKA=",
        tags="sqlite,sqlite_unlock_notify,netgo,osusergo",
        ldflags="-s -w -X main.Version=1.26.0",
        cgo=True,
        shares=("options", "templates", "public"),
    ),
    Part(
        name="buildkit",
        module="github.com/moby/buildkit",
        version="v0.32.2",
        sum="h1:Sfy7+u6dUv/2yuBc9KCoK70Re8atuV8aPZ5UOC068Vc=",
        packages=("/cmd/buildkitd", "/cmd/buildctl"),
        tags="osusergo,netgo",
        ldflags="",
    ),
    Part(
        name="act",
        module="github.com/nektos/act",
        version="v0.2.89",
        sum="h1:d9oFeJ6jUkaVExuG+XzAaMPDqoDrNHaGeiRb8IU+N5w=",
        ldflags="",
    ),
    Part(
        name="kine",
        module="github.com/k3s-io/kine",
        version="v0.16.4",
        sum="h1:z3TeoWhQErBGwhLGp0nQUo9ONLUGQdzd0juV4vkAuDw=",
        ldflags="",
    ),
    Part(
        name="kubernetes",
        module="k8s.io/kubernetes",
        version=f"v{KUBERNETES}",
        sum="h1:o/8dBC/pHVpYoGV4OAIytAlNPZbdYVTXJHoYvXC4qzM=",
        packages=tuple(
            f"/cmd/{name}"
            for name in ("kube-apiserver", "kubectl", "kube-controller-manager", "kube-scheduler", "kubelet")
        ),
        ldflags=(
            f"-s -w -X {STAMPED}.gitVersion=v{KUBERNETES} -X {STAMPED}.gitMajor=1 -X {STAMPED}.gitMinor=35 "
            f"-X {STAMPED}.gitTreeState=clean -X k8s.io/client-go/pkg/version.gitVersion=v{KUBERNETES}"
        ),
        staging="v0.35.4",
        shares=("build/pause/linux/pause.c",),
    ),
    Part(
        name="kustomize-controller",
        module="github.com/fluxcd/kustomize-controller",
        version="v1.9.6",
        sum="h1:XB+G3A0mky0j5uVHZWv4oSlS2RvZBoNIUhstIvY0JKE=",
        shares=("config/crd/bases",),
    ),
    Part(
        name="source-controller",
        module="github.com/fluxcd/source-controller",
        version="v1.7.0",
        sum="h1:/fBgS4CSmT5Jj/fjQDF92y+pC3gst1GJjgNSzY8Ff9I=",
        own_sums=True,
        shares=("config/crd/bases",),
    ),
)

DEBIAN = ("runc", "containerd", "containernetworking-plugins")
FROM_DEBIAN = ("runc", "containerd", "containerd-shim-runc-v2", "ctr")
CNI = PLACE / "debian/usr/lib/cni"


def missing(names: Sequence[str]) -> list[str]:
    """Return which of these programs are not there."""
    return [name for name in names if shutil.which(name, path=str(BIN)) is None]


def share(part: str) -> Path:
    """Return where a part keeps its files that are no programs."""
    return PLACE / "share" / part


def build(names: Sequence[str] = ()) -> None:
    """Build what is not there at its pinned version: all of it, or the parts of these names."""
    BIN.mkdir(parents=True, exist_ok=True)
    for part in GO:
        if not names or part.name in names:
            _once(part.name, json.dumps(asdict(part)), part.programs, lambda part=part: _go(part))
    if not names or "debian" in names:
        _once("debian", " ".join(DEBIAN), FROM_DEBIAN, _debian)


def _once(name: str, wanted: str, programs: Sequence[str], make: Any) -> None:  # noqa: ANN401 -- a function of nothing
    stamp = PLACE / f"{name}.version"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and not missing(programs):
        return
    for left in reversed(range(TRIES)):
        print(f"rig: {name}", file=sys.stderr, flush=True)
        try:
            make()
            break
        except subprocess.CalledProcessError:
            if not left:
                raise
            time.sleep(PAUSE)
    stamp.write_text(wanted, encoding="utf-8")


def _run(*command: str, cwd: Path, **environ: str) -> str:
    env = {**os.environ, **environ}
    return subprocess.run(command, cwd=cwd, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


def _go(part: Part) -> None:
    """Build a part in a module of our own that requires it, since `go install` refuses modules with replacements."""
    place = PLACE / "build" / part.name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    env = {"CGO_ENABLED": "1" if part.cgo else "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOWORK": "off"}
    _run("go", "mod", "init", f"rig.invalid/{part.name}", cwd=place, **env)
    found = json.loads(_run("go", "mod", "download", "-json", f"{part.module}@{part.version}", cwd=place, **env))
    if found["Sum"] != part.sum:
        raise SystemExit(f"{part.module} {part.version} has the checksum {found['Sum']}, not {part.sum}")
    said = json.loads(_run("go", "mod", "edit", "-json", found["GoMod"], cwd=place, **env))
    _run("go", "mod", "edit", f"-require={part.module}@{part.version}", *_edits(part, said), cwd=place, **env)
    if part.own_sums:
        (place / "go.sum").write_bytes((Path(found["Dir"]) / "go.sum").read_bytes())
    packages = [f"{part.module}{package}" for package in part.packages]
    options = ("-trimpath", f"-tags={part.tags}", f"-ldflags={part.ldflags}")
    _run("go", "build", *options, "-o", f"{BIN}/", *packages, cwd=place, **env)
    _keep(Path(found["Dir"]), share(part.name), part.shares)


def _edits(part: Part, said: dict[str, Any]) -> Iterator[str]:
    """Yield what a module's own go.mod says beside its requirements, which holds for a main module alone."""
    for one in said.get("Replace") or ():
        old, new = one["Old"], one["New"]
        if new.get("Version"):
            yield f"-replace={old['Path']}{_at(old)}={new['Path']}{_at(new)}"
        elif part.staging and new["Path"].startswith("./staging/"):
            yield f"-replace={old['Path']}={old['Path']}@{part.staging}"
    for one in said.get("Exclude") or ():
        yield f"-exclude={one['Path']}@{one['Version']}"


def _at(module: dict[str, str]) -> str:
    return f"@{module['Version']}" if module.get("Version") else ""


def _keep(module: Path, place: Path, names: Sequence[str]) -> None:
    """Copy files out of a module, whose own directory is read-only and may be cleaned away."""
    shutil.rmtree(place, ignore_errors=True)
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        _run("cp", "-R", "--no-preserve=mode", str(module / name), str(place / name), cwd=module)


def _debian() -> None:
    """Take what runs containers out of Debian's packages, and install nothing."""
    place = PLACE / "debian"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    try:
        _run("apt-get", "download", "-q", *DEBIAN, cwd=place)
    except subprocess.CalledProcessError:
        # An image of Debian comes without the lists of its packages.
        _run("apt-get", "update", "-q", cwd=place)
        _run("apt-get", "download", "-q", *DEBIAN, cwd=place)
    for package in place.glob("*.deb"):
        _run("dpkg", "-x", str(package), str(place), cwd=place)
        package.unlink()
    for name in FROM_DEBIAN:
        program = next(path for path in (place / "usr/bin" / name, place / "usr/sbin" / name) if path.exists())
        (BIN / name).unlink(missing_ok=True)
        (BIN / name).symlink_to(program)


if __name__ == "__main__":
    build(sys.argv[1:])
    print(BIN)
