"""A bump without a checkout reads little: two fetches, and no file of another service."""

import json
from pathlib import Path

import pytest

from infra_tool import cli, proc

POD = "spec: {{containers: [{{image: 'registry.example.test/team/{name}:v1'}}]}}\n"
FLUX = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {{path: ./apps/{name}}}\n"
NAMES = tuple(f"s{number}" for number in range(30))


def git(*arguments: str, cwd: Path) -> str:
    return proc.run(("git", *arguments), cwd=cwd).stdout.decode().strip()


def shared(place: Path) -> None:
    listed = "".join(f"  - ../../apps/{name}\n" for name in NAMES)
    (place / "clusters/koala/kustomization.yaml").write_text(f"resources:\n{listed}")


def isolated(place: Path) -> None:
    listed = "".join(f"  - {name}.yaml\n" for name in NAMES)
    (place / "clusters/koala/kustomization.yaml").write_text(f"resources:\n{listed}")
    for name in NAMES:
        (place / f"clusters/koala/{name}.yaml").write_text(FLUX.format(name=name))


@pytest.fixture(params=[shared, isolated], ids=lambda layout: layout.__name__)
def server(request: pytest.FixtureRequest, git_repo: Path, bare: Path) -> Path:
    """Return a server with an infra repo of many services."""
    for name in NAMES:
        app = git_repo / "apps" / name
        app.mkdir(parents=True)
        (app / "kustomization.yaml").write_text("resources: [pod.yaml]\n")
        (app / "pod.yaml").write_text(POD.format(name=name))
        (app / "secrets.enc.yaml").write_text("never: read\n")
    (git_repo / ".infra-tool.yaml").write_text("version: 1\ncluster: koala\n")
    (git_repo / "clusters/koala").mkdir(parents=True)
    request.param(git_repo)
    git("add", "-A", cwd=git_repo)
    git("commit", "-qm", "start", cwd=git_repo)
    git("push", "-q", str(bare), "main", cwd=git_repo)
    return bare


def test_one_fetch_brings_the_files_of_the_service_and_no_others(
    server: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "trace").mkdir()
    git("config", "--global", "trace2.eventTarget", str(home / "trace"), cwd=home)
    wanted: list[list[bytes]] = []
    run = proc.run

    def watched(command: tuple[str, ...], **options: object) -> proc.Completed:
        if "fetch" in command and "--stdin" in command:
            wanted.append(bytes(options["stdin"]).split())  # type: ignore[call-overload]  # bytes it is
        return run(command, **options)  # type: ignore[arg-type]  # as called

    monkeypatch.setattr(proc, "run", watched)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["bump", "s7", "v2", "--remote", f"file://{server}"]) == 0
    events = [json.loads(line) for file in (home / "trace").iterdir() for line in file.read_text().splitlines()]
    fetches = [event["argv"] for event in events if event["event"] == "start" and "fetch" in event["argv"][:4]]
    assert len(fetches) == 2
    assert len(wanted) == 1
    paths = {line.partition("\t")[2] for line in git("ls-tree", "-r", "main~", cwd=server).splitlines()
             if line.split()[2].encode() in wanted[0]}  # fmt: skip
    own = {"apps/s7/pod.yaml", ".infra-tool.yaml", "clusters/koala/kustomization.yaml"}
    assert own <= paths
    assert "apps/s7/secrets.enc.yaml" not in paths
    assert not any(path.startswith("clusters/koala/s") and path != "clusters/koala/s7.yaml" for path in paths)
