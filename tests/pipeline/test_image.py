"""`infra-tool image build` as a CD job calls it, with a stub for buildctl and a real registry."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from buildctl import Buildctl
from oci import Registry

from infra_tool import cli, proc

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/image-build.json").read_text(encoding="utf-8"))
EPOCH = 1700000000


def head(app: Path) -> str:
    return proc.run(("git", "rev-parse", "HEAD"), cwd=app).stdout.decode().strip()


@pytest.fixture
def job(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Set what a runner sets, with a repo that has capital letters, and the secret of the workflow."""
    monkeypatch.setenv("GITHUB_SERVER_URL", f"https://{registry.host}")
    monkeypatch.setenv("GITHUB_REPOSITORY", "Team/Web-App")
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", registry.config("bot"))
    return registry


def result(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    printed = json.loads(capsys.readouterr().out)
    jsonschema.validate(printed, SCHEMA)
    found: dict[str, Any] = printed["result"]
    return found


def test_the_commit_is_the_tag_and_a_second_build_is_none(
    app: Path, job: Registry, buildctl: Buildctl, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["image", "build", "--format", "json"]) == 0
    first = result(capsys)
    name = f"{job.host}/team/web-app"
    manifest = job.manifests["team/web-app", head(app)]
    assert json.loads(manifest)["annotations"]["name"] == f"{name}:{head(app)}"
    assert first == {
        "image": name,
        "tag": head(app),
        "digest": job.hold("team/web-app", head(app), manifest),
        "reference": f"{name}:{head(app)}@{first['digest']}",
        "action": "pushed",
    }
    assert cli.main(["image", "build"]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{first['reference']}\n"
    assert "has the image of this commit already" in printed.err
    assert len(buildctl.calls) == 1


def test_what_buildctl_is_told(app: Path, job: Registry, buildctl: Buildctl, monkeypatch: pytest.MonkeyPatch) -> None:
    (app / "docker").mkdir()
    (app / "docker/web.Dockerfile").write_text("FROM scratch\n")
    proc.run(("git", "add", "-A"), cwd=app)
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{EPOCH} +0000")
    proc.run(("git", "commit", "-qm", "two"), cwd=app)
    options = ("--file", "docker/web.Dockerfile", "--platform", "linux/amd64", "--platform", "linux/arm64")
    assert cli.main(["image", "build", *options, "--cache", f"{job.host}/team/cache:layers"]) == 0
    (call,) = buildctl.calls
    name = f"{job.host}/team/web-app:{head(app)}"
    cache = f"type=registry,ref={job.host}/team/cache:layers"
    assert call["argv"][:-1] == [
        "build",
        "--progress=plain",
        "--frontend=dockerfile.v0",
        "--local=context=.",
        "--local=dockerfile=docker",
        "--opt=filename=web.Dockerfile",
        f"--opt=label:org.opencontainers.image.revision={head(app)}",
        f"--opt=label:org.opencontainers.image.source=https://{job.host}/Team/Web-App",
        f"--opt=build-arg:SOURCE_DATE_EPOCH={EPOCH}",
        "--opt=platform=linux/amd64,linux/arm64",
        f"--import-cache={cache}",
        f"--export-cache={cache},mode=max",
        f"--output=type=image,name={name},push=true",
    ]
    assert call["host"] == buildctl.address


def test_the_credential_is_private_and_gone_afterwards(
    app: Path, job: Registry, buildctl: Buildctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", "bot:c4n4v6m")
    assert cli.main(["image", "build", "-C", str(app)]) == 0
    (call,) = buildctl.calls
    assert call["modes"] == [0o700, 0o600]
    assert not Path(call["config"]).parent.exists()
    assert "BUILDKIT_REGISTRY_AUTH" not in call["environment"]
    assert "c4n4v6m" not in json.dumps(call)
    assert job.manifests


def test_a_build_that_is_cancelled_leaves_no_credential(
    app: Path, job: Registry, buildctl: Buildctl, tmp_path: Path
) -> None:
    (app / "hang").touch()
    (app / ".git/info/exclude").write_text("hang\n")
    private = tmp_path / "private"
    private.mkdir()
    command = (sys.executable, "-m", "infra_tool", "image", "build")
    with subprocess.Popen(command, cwd=app, env={**os.environ, "TMPDIR": str(private)}) as process:
        while not buildctl.calls:
            assert process.poll() is None
            time.sleep(0.02)
        assert list(private.iterdir())
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 130
    assert not list(private.iterdir())
    assert not job.manifests


def test_without_a_variable_the_docker_configuration_counts(
    app: Path, job: Registry, buildctl: Buildctl, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BUILDKIT_REGISTRY_AUTH")
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(job.config("bot"))
    assert cli.main(["image", "build", str(app)]) == 0
    assert buildctl.calls[0]["config"] == str(home / ".docker/config.json")


def test_a_build_that_pushes_nothing_asks_no_registry(
    app: Path, job: Registry, buildctl: Buildctl, capsys: pytest.CaptureFixture[str]
) -> None:
    (app / "new").touch()
    assert cli.main(["image", "build", "--no-push", "--format", "json"]) == 0
    assert result(capsys)["action"] == "built"
    assert not job.requests
    assert buildctl.calls[0]["argv"][-2].endswith("push=false")


def failed(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was said, of which nothing is on stdout and nothing a secret."""
    printed = capsys.readouterr()
    assert not printed.out
    assert "c4n4v6m" not in printed.err
    return printed.err


def test_buildkit_that_nobody_runs(
    app: Path, job: Registry, buildctl: Buildctl, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BUILDKIT_HOST", f"unix://{buildctl.directory}/gone.sock")
    assert cli.main(["image", "build"]) == 3
    assert "error: BuildKit cannot be reached at unix:///" in failed(capsys)
    monkeypatch.delenv("BUILDKIT_HOST")
    monkeypatch.setattr("infra_tool.pipeline.buildkit.SYSTEM", str(buildctl.directory))
    assert cli.main(["image", "build"]) == 3
    assert "error: BuildKit is not running: no socket" in failed(capsys)
    assert not buildctl.calls
    assert not job.manifests
    assert app.exists()


def test_buildkit_is_found_where_its_units_put_it(
    app: Path, job: Registry, buildctl: Buildctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BUILDKIT_HOST")
    monkeypatch.setattr("infra_tool.pipeline.buildkit.SOCKETS", ("buildkitd.sock",))
    monkeypatch.setattr("infra_tool.pipeline.buildkit.SYSTEM", str(buildctl.directory))
    assert cli.main(["image", "build"]) == 0
    assert buildctl.calls[0]["host"] == buildctl.address
    assert job.manifests
    assert app.exists()


def test_buildctl_that_is_not_installed(
    app: Path, job: Registry, buildctl: Buildctl, capsys: pytest.CaptureFixture[str]
) -> None:
    (buildctl.directory / "buildctl").unlink()
    assert cli.main(["image", "build"]) == 3
    assert "error: buildctl is not installed\nhint: a release of moby/buildkit" in failed(capsys)
    assert not job.manifests
    assert app.exists()


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ("", "error: {host} wants a credential for team/web-app\nhint: BUILDKIT_REGISTRY_AUTH"),
        ("bot:wr0ng", "error: {host} does not let bot read team/web-app\nhint: the token may have expired"),
        ("reader:r34d", "unexpected status: 401\nhint: the token for {host} may lack the right to write packages"),
    ],
)
def test_a_credential_that_is_missing_wrong_or_not_enough(
    auth: str,
    said: str,
    app: Path,
    job: Registry,
    buildctl: Buildctl,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", auth)
    assert cli.main(["image", "build"]) == 3
    assert said.format(host=job.host) in failed(capsys)
    assert len(buildctl.calls) == (1 if auth.startswith("reader") else 0)
    assert not job.manifests
    assert app.exists()


def test_a_dockerfile_that_does_not_build(
    app: Path, job: Registry, buildctl: Buildctl, capsys: pytest.CaptureFixture[str]
) -> None:
    (app / "Dockerfile").write_text("FROM scratch\nRUN false\n")
    proc.run(("git", "commit", "-qam", "broken"), cwd=app)
    assert cli.main(["image", "build"]) == 3
    said = failed(capsys)
    assert said.startswith("#1 [internal] load build definition"), "progress comes before the error"
    assert said.endswith("did not complete successfully: exit code: 1\n"), "nothing is said of the registry"
    assert len(buildctl.calls) == 1
    assert not job.manifests


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--image", "registry.example.test/team/app:v1"), 2, "names a tag"),
        (("--image", "no image"), 2, "is no image"),
        (("--file", "gone"), 2, "there is no gone"),
        (("--registry-auth-env", "GONE"), 2, "the environment variable GONE holds no credential"),
        (("/",), 2, "/ is in no git repo"),
    ],
)
def test_wrong_usage(
    arguments: tuple[str, ...],
    code: int,
    said: str,
    app: Path,
    job: Registry,
    buildctl: Buildctl,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["image", "build", *arguments]) == code
    assert said in failed(capsys)
    assert not buildctl.calls
    assert not job.manifests
    assert app.exists()


def test_files_that_are_not_of_the_commit_are_refused(
    app: Path, job: Registry, buildctl: Buildctl, capsys: pytest.CaptureFixture[str]
) -> None:
    (app / "Dockerfile").write_text("FROM other\n")
    (app / "new").touch()
    assert cli.main(["image", "build"]) == 4
    assert "Dockerfile and 1 more is not as in the commit" in failed(capsys)
    assert not buildctl.calls
    assert not job.manifests


def test_outside_of_a_job_the_image_must_be_named(
    app: Path, buildctl: Buildctl, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["image", "build", "--no-push"]) == 2
    assert "--image is missing" in failed(capsys)
    assert cli.main(["image", "build", "--no-push", "--image", "registry.example.test/Team/App"]) == 0
    assert capsys.readouterr().out == f"registry.example.test/team/app:{head(app)}@sha256:{'0' * 64}\n"
    assert len(buildctl.calls) == 1
