"""The real programs on every scaffold: kustomize builds it, sops opens its secrets for those they are for."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import cli
from infra_tool.yamldoc import Node, parse, text

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.usefixtures("interop_bin")]

Scaffolded = Callable[[str], Path]

WORKLOADS = {"worker": "Deployment", "cron": "CronJob", "stateful": "StatefulSet"}


def build(place: Path) -> list[Node]:
    done = subprocess.run(["kustomize", "build", str(place)], check=True, capture_output=True)
    assert done.stderr == b""
    return [document.root for document in parse(done.stdout).documents]


def expected(line: str, layout: str) -> Counter[str]:
    """Return the kinds that a service should be made of, read from the options that made it."""
    _, *options = line.split()
    kind = options[options.index("--kind") + 1] if "--kind" in options else "web"
    third = "--image" in options
    volumes = options.count("--volume") if kind != "stateful" else 0
    secrets = int("--no-secrets" not in options) + int(not third)
    return +Counter(
        {
            WORKLOADS.get(kind, "Deployment"): 1,
            "Namespace": int(layout == "shared"),
            "Service": int(kind not in {"worker", "cron"}),
            "Ingress": int("--host" in options),
            "PersistentVolumeClaim": volumes,
            "Secret": secrets,
        }
    )


@pytest.mark.parametrize("layout", ["shared", "isolated"])
def test_kustomize_builds_every_service_to_what_was_asked_for(scaffolded: Scaffolded, layout: str) -> None:
    place = scaffolded(layout)
    services = (Path(__file__).parents[1] / "data/scaffolds.txt").read_text().splitlines()[1:]
    total: Counter[str] = Counter()
    for line in services:
        name = line.split()[0]
        objects = build(place / "apps" / name)
        kinds = Counter(text(root, "kind") for root in objects)
        assert kinds == expected(line, layout), line
        total += kinds
        for root in objects:
            is_namespace = text(root, "kind") == "Namespace"
            assert text(root, "metadata", "name" if is_namespace else "namespace") == name
            check_pull_secret(root, has_one="--image" not in line)
    check_cluster(build(place / "clusters/koala"), layout, total, len(services))


def check_pull_secret(root: Node, *, has_one: bool) -> None:
    template = ("spec", "jobTemplate", "spec", "template") if text(root, "kind") == "CronJob" else ("spec", "template")
    if text(root, *template, "spec", "automountServiceAccountToken") is not None:
        found = text(root, *template, "spec", "imagePullSecrets", 0, "name")
        assert found == ("registry-pull" if has_one else None)


def check_cluster(objects: list[Node], layout: str, total: Counter[str], services: int) -> None:
    kinds = Counter(text(root, "kind") for root in objects)
    flux = {"GitRepository": 1, "Kustomization": 1}
    each = {"Namespace": services, "ServiceAccount": services, "RoleBinding": services, "Kustomization": services + 1}
    assert kinds == (total + Counter(flux) if layout == "shared" else Counter({**flux, **each}))


def sops_opens(place: Path, path: str, key: Path) -> bool:
    program = shutil.which("sops")
    env = {"SOPS_AGE_KEY_FILE": str(key), "HOME": "/nonexistent"}
    return (
        subprocess.run([program, "decrypt", path], cwd=place, env=env, capture_output=True, check=False).returncode == 0
    )


def test_sops_opens_every_secret_for_those_it_is_for(
    scaffolded: Scaffolded,
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = scaffolded("shared")
    monkeypatch.chdir(place)
    capsys.readouterr()
    assert cli.main(["bootstrap", "koala"]) == 0
    *_, root = (document.root for document in parse(capsys.readouterr().out.encode()).documents)
    keys = {
        "person": home / ".config/sops/age/keys.txt",
        "recovery": home / ".config/sops/age/recovery-shared.txt",
        "cluster": tmp_path / "cluster.txt",
    }
    keys["cluster"].write_text(text(root, "stringData", "age.agekey"))
    secrets = [path.relative_to(place).as_posix() for path in place.rglob("*.enc.yaml")]
    assert len(secrets) > 10
    for path in secrets:
        for holder, key in keys.items():
            is_for = holder != "cluster" or not path.startswith("bootstrap/")
            assert sops_opens(place, path, key) == is_for, (path, holder)


def test_what_flux_and_the_git_server_tell_each_other_is_built_as_we_render_it(
    scaffolded: Scaffolded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = scaffolded("isolated")
    monkeypatch.chdir(place)
    assert cli.main(["new-cluster", "koala", "--receiver", "--status"]) == 0
    capsys.readouterr()
    built = build(place / "clusters/koala/notifications")
    assert {text(root, "kind") for root in built} == {"Receiver", "Provider", "Alert"}
    assert cli.main(["render", "clusters/koala/notifications"]) == 0
    theirs = subprocess.run(
        ["kustomize", "build", "clusters/koala/notifications"], check=True, capture_output=True, text=True
    )
    assert capsys.readouterr().out == theirs.stdout
