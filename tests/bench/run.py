"""Measure against the targets and print ratios; nothing here passes or fails by the clock of one machine.

`python tests/bench/run.py [--services N] [--rounds N] [--only WORD]` writes raw times in seconds to bench.json. Every
ratio compares two things that ran in this same run; a ratio beyond its target prints MISSED.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import repo
import secret

sys.path.append(str(Path(__file__).parents[1] / "support"))
from sshd import SSHD, keygen, serving

TOOL = str(Path(sys.executable).parent / "infra-tool")
TEMPLATE = Path(__file__).parents[2] / "templates/service"
Times = dict[str, list[float]]
Command = Sequence[str]


class Bench:
    """Collects raw times by name and judges ratios of their medians."""

    def __init__(self, place: Path, services: int, rounds: int) -> None:
        self.place = place
        self.services = services
        self.rounds = rounds
        self.times: Times = {}
        self.ratios: list[dict[str, object]] = []
        self.big = place / "big"
        repo.make(self.big, services)

    def measure(self, name: str, command: Command, *, cwd: Path, before: Callable[[int], object] | None = None,
                rounds: int | None = None, ok: tuple[int, ...] = (0,)) -> None:  # fmt: skip
        """Time `command`; `before` runs outside of the clock with the number of the round."""
        taken = self.times.setdefault(name, [])
        for number in range(rounds or self.rounds):
            if before:
                before(number)
            start = time.perf_counter()
            done = subprocess.run(command, cwd=cwd, capture_output=True, check=False)
            taken.append(time.perf_counter() - start)
            if done.returncode not in ok:
                sys.exit(f"{name}: exit {done.returncode}: {done.stdout.decode()[-800:]}{done.stderr.decode()[-800:]}")

    def ratio(self, name: str, what: str, against: str, target: float) -> None:
        """Compare two medians."""
        value = statistics.median(self.times[what]) / statistics.median(self.times[against])
        self.judge(f"{name} (of {against})", value, target, "x")

    def judge(self, name: str, value: float, target: float, unit: str) -> None:
        """Print one figure against its target."""
        verdict = "ok" if value <= target else "MISSED"
        self.ratios.append({"name": name, "value": value, "target": target, "unit": unit, "verdict": verdict})
        print(f"{verdict:7}{value:9.2f} {unit:3} target {target:7.2f}  {name}", flush=True)


def start_up(bench: Bench) -> None:
    """Measure what every call pays."""
    here = bench.place
    bench.measure("bare python", (sys.executable, "-c", "pass"), cwd=here, rounds=20)
    bench.measure("--version", (TOOL, "--version"), cwd=here, rounds=20)
    bench.measure("--help", (TOOL, "--help"), cwd=here, rounds=10)
    bench.ratio("infra-tool --version", "--version", "bare python", 3)
    bench.ratio("infra-tool --help", "--help", "bare python", 7)


def lint(bench: Bench) -> None:
    """Measure the gate: cold, then as a hook with nothing and with one manifest changed."""
    cache = Path(os.environ["XDG_CACHE_HOME"])
    deployment = bench.big / "apps" / repo.service(7) / "deployment.yaml"

    def change(number: int) -> None:
        text = repo.DEPLOYMENT.format(name=repo.service(7), tag=repo.tag(5000 + number))
        deployment.write_text(text, encoding="utf-8")
        subprocess.run(("git", "add", "-A"), cwd=bench.big, check=True)

    bench.measure("bare python", (sys.executable, "-c", "pass"), cwd=bench.big, rounds=10)
    bench.measure("cold lint", (TOOL, "lint"), cwd=bench.big, before=lambda _: shutil.rmtree(cache, ignore_errors=True))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    bench.measure("staged lint, first", (TOOL, "lint", "--staged"), cwd=bench.big, rounds=1)
    bench.measure("staged lint, nothing changed", (TOOL, "lint", "--staged"), cwd=bench.big)
    bench.measure("staged lint, one manifest changed", (TOOL, "lint", "--staged"), cwd=bench.big, before=change)
    bench.ratio("hook, nothing changed", "staged lint, nothing changed", "bare python", 3)
    bench.ratio("hook, one manifest changed", "staged lint, one manifest changed", "bare python", 6)
    bench.judge("cold lint, peak memory", peak, 200, "MB")
    root = str(bench.big / "clusters" / "koala")
    bench.measure("kustomize build", ("kustomize", "build", root), cwd=bench.big, rounds=1)
    bench.ratio("cold lint", "cold lint", "kustomize build", 0.1)


def growth(bench: Bench) -> None:
    """Measure how cold lint grows with the number of services."""
    for services in (100, 5000):
        place = bench.place / f"grow-{services}"
        repo.make(place, services)
        bench.measure(
            f"cold lint N={services}", (TOOL, "lint"), cwd=place, rounds=3,
            before=lambda _: shutil.rmtree(os.environ["XDG_CACHE_HOME"], ignore_errors=True),
        )  # fmt: skip
    small, large = (statistics.median(bench.times[f"cold lint N={n}"]) for n in (100, 5000))
    bench.judge("cold lint growth N=100 to N=5000, per service", (large / 5000) / (small / 100), 1.2, "x")


def render(bench: Bench) -> None:
    """Measure one build of all services, two compared, a build for each, and how the one build grows."""
    root, out = "clusters/koala", bench.place / "rendered"
    bench.measure("render", (TOOL, "render", root), cwd=bench.big)
    bench.measure("kustomize build", ("kustomize", "build", root), cwd=bench.big, rounds=1)
    bench.ratio("render, one build", "render", "kustomize build", 1 / 8)
    deployment = bench.big / "apps" / repo.service(9) / "deployment.yaml"
    deployment.write_text(repo.DEPLOYMENT.format(name=repo.service(9), tag=repo.tag(7)), encoding="utf-8")
    bench.measure("diff", (TOOL, "diff"), cwd=bench.big, rounds=3)
    bench.ratio("diff of two trees", "diff", "render", 2.5)
    bench.measure("render --all", (TOOL, "render", "--all", "apps", "--out", str(out)), cwd=bench.big, rounds=3)
    each = "for service in apps/*/; do kustomize build $service > /dev/null || exit; done"
    bench.measure("a kustomize process each", ("sh", "-c", each), cwd=bench.big, rounds=1)
    bench.ratio("render, a build for each service", "render --all", "a kustomize process each", 0.1)
    for services in (100, 300, 3000):
        place = bench.place / f"render-{services}"
        repo.make(place, services)
        bench.measure(f"render N={services}", (TOOL, "render", root), cwd=place, rounds=3)
    small, large = (statistics.median(bench.times[f"render N={n}"]) for n in (100, 3000))
    bench.judge("render growth N=100 to N=3000, per service", (large / 3000) / (small / 100), 1.2, "x")


def bump(bench: Bench) -> None:
    """Measure one deploy over file:// and ssh against a clone with sed, and against the push alone."""
    remote = bench.place / "remote.git"
    subprocess.run(("git", "clone", "-q", "--bare", str(bench.big), str(remote)), check=True)
    subprocess.run(("git", "config", "uploadpack.allowFilter", "true"), cwd=remote, check=True)
    url = f"file://{remote}"
    naive = (
        f"rm -rf naive && git clone -q {url} naive && cd naive && "
        f"sed -i 's|\\(team/service-0003\\):.*|\\1:'$(date +%s%N)'|' apps/service-0003/deployment.yaml && "
        "git commit -qam bump && git push -q"
    )
    bench.measure("clone + sed + push", ("sh", "-c", naive), cwd=bench.place)
    kept = Path(os.environ["XDG_CACHE_HOME"]) / "infra-tool/clones"

    def command(*options: str) -> Command:
        script = f'exec {TOOL} bump {repo.service(5)} $(od -An -N20 -tx1 /dev/urandom | tr -d " \\n") "$@"'
        return ("sh", "-c", script, "sh", *options)

    def both(name: str, *options: str) -> None:
        bench.measure(f"first bump{name}", command(*options), cwd=bench.place,
                      before=lambda _: shutil.rmtree(kept, ignore_errors=True))  # fmt: skip
        bench.measure(f"bump{name}", command(*options), cwd=bench.place)

    both("", "--remote", url)
    floor(bench, "push alone")
    bench.ratio("first bump", "first bump", "clone + sed + push", 1 / 6)
    bench.ratio("bump with a kept clone", "bump", "clone + sed + push", 1 / 6)
    bench.ratio("bump with a kept clone", "bump", "push alone", 10)
    if SSHD is None:
        return
    key = keygen(bench.place / "key")
    with serving(bench.place / "sshd", key) as server:
        url = server.url(remote)
        both(" over ssh", "--remote", url, "--ssh-key", str(key), "--known-hosts", str(server.known_hosts))
        own = f"ssh -F none -i {key} -o UserKnownHostsFile={server.known_hosts}"
        subprocess.run(("git", "config", "core.sshCommand", own), cwd=bench.place / "naive", check=True)
        subprocess.run(("git", "remote", "set-url", "origin", url), cwd=bench.place / "naive", check=True)
        floor(bench, "push alone over ssh")
    bench.ratio("first bump over ssh", "first bump over ssh", "push alone over ssh", 3)
    bench.ratio("bump over ssh with a kept clone", "bump over ssh", "push alone over ssh", 2)


def floor(bench: Bench, name: str) -> None:
    """Measure what no deploy can do without: the push of one commit from a clone that is up to date."""
    naive = bench.place / "naive"

    def commit(_: int) -> None:
        subprocess.run(("git", "pull", "-q", "--rebase"), cwd=naive, check=True)
        subprocess.run(("git", "commit", "-q", "--allow-empty", "-m", "x"), cwd=naive, check=True)

    bench.measure(name, ("git", "push", "-q"), cwd=naive, before=commit)


def new_service(bench: Bench) -> None:
    """Measure a new service against what importing and running Copier on the same template takes."""
    init = (TOOL, "init", "fresh", "--registry", "registry.example.org", "--owner", "team")
    subprocess.run((*init, "--remote", "ssh://git@git.example.org/team/infra.git"), cwd=bench.place, check=True)
    subprocess.run((TOOL, "new-cluster", "koala"), cwd=bench.place / "fresh", check=True)
    copier = (
        f"import copier; copier.run_copy({str(TEMPLATE)!r}, 'copied', data={{'service': 'n8n', 'image': 'n8n', "
        "'secrets_fingerprint': 'x'}, defaults=True, overwrite=True, quiet=True, exclude=['*.enc.yaml'])"
    )
    for number in range(bench.rounds):
        bench.measure("Copier alone", (sys.executable, "-c", copier), cwd=bench.place, rounds=1)
        bench.measure("new-service", (TOOL, "new-service", f"s{number}"), cwd=bench.place / "fresh", rounds=1)
    bench.ratio("new-service", "new-service", "Copier alone", 1.3)


GROUPS: dict[str, Callable[[Bench], None]] = {
    "start-up": start_up,
    "lint": lint,
    "growth": growth,
    "render": render,
    "bump": bump,
    "new-service": new_service,
    "secrets": secret.secrets,
}


def main() -> None:
    """Run the groups in a home of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=GROUPS)
    parser.add_argument("--output", type=Path, default=Path("bench.json"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="infra-tool-bench-") as name:
        place = Path(name)
        os.environ |= {
            "HOME": name,
            "XDG_CACHE_HOME": f"{name}/cache",
            "XDG_CONFIG_HOME": f"{name}/config",
            "GIT_CONFIG_GLOBAL": f"{name}/gitconfig",
            "PATH": f"{os.environ.get('INTEROP_BIN', '')}{os.pathsep}{os.environ['PATH']}",
        }
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is not compiled again by every call
        (place / "gitconfig").write_text("[user]\n\tname = Bench\n\temail = bench@example.invalid\n", encoding="utf-8")
        bench = Bench(place, options.services, options.rounds)
        for group, run in GROUPS.items():
            if options.only in (None, group):
                run(bench)
    found = {"services": options.services, "seconds": bench.times, "ratios": bench.ratios}
    options.output.write_text(json.dumps(found, indent=2), encoding="utf-8")
    missed = sum(ratio["verdict"] == "MISSED" for ratio in bench.ratios)
    print(f"{len(bench.ratios)} figures, {missed} MISSED; raw times in {options.output}")


if __name__ == "__main__":
    main()
