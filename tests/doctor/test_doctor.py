"""`infra-tool doctor`: each thing in each state that it can be in, with what mends it."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gitea_api
import oci
import pytest
from gitea_api import Gitea
from oci import Registry

from infra_tool import cli, pipeline, proc
from infra_tool.doctor import hook
from infra_tool.git import WorkTree

REMOTE = "ssh://git@git.example.org/team/infra.git"
Doctor = Callable[..., dict[str, list[tuple[str, str, str | None]]]]


def edit(path: Path, *, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_repo_that_is_well_without_a_network(infra: Path, doctor: Doctor, home: Path) -> None:
    found = doctor("--offline")
    keys = home / ".config/sops/age/keys.txt"
    assert found["repo"] == [("ok", f"{infra} can be read", None)]
    assert found["keys"] == [
        ("ok", f"a private key was found ({keys})", None),
        ("ok", "the key opens all 4 secrets", None),
    ]
    assert found["hook"] == [("ok", "commits and pushes are judged", None)]
    offline = ("unchecked", "no server is asked (--offline)", None)
    assert (found["remote"], found["packages"], found["trust"][-1]) == ([offline], [offline], offline)


def test_the_machine_alone_is_looked_at_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doctor: Doctor
) -> None:
    monkeypatch.chdir(tmp_path)
    found = doctor()
    assert found["repo"][0][0] == "unchecked"
    assert found.keys() == {"tools", "repo", "keys", "buildkit"}


def test_text_tells_state_and_cure(infra: Path, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert infra
    (home / ".config/sops/age/keys.txt").unlink()
    capsys.readouterr()
    assert cli.main(["doctor", "--offline"]) == 1
    shown = capsys.readouterr().out
    assert "fail       keys: no private key: looked in " in shown
    assert "\n             infra-tool secret init\nok         hook: commits and pushes are judged\n" in shown


def test_a_configuration_that_is_wrong_is_told_and_the_machine_looked_at(infra: Path, doctor: Doctor) -> None:
    edit(infra / ".infra-tool.yaml", old="owner:", new="ownr:")
    found = doctor()
    ((state, message, fix),) = found["repo"]
    assert (state, fix) == ("fail", "did you mean owner?")
    assert "ownr is no key of the configuration" in message
    assert found["keys"][0][0] == "ok"


def test_no_git(infra: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert infra
    monkeypatch.setenv("PATH", str(tmp_path))
    missing = ("fail", "git is not installed")
    found = doctor("--offline")
    assert (found["tools"][0][:2], found["buildkit"][0][0]) == (missing, "unchecked")


def test_an_old_git(doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\n[ $1 = --version ] && echo git version 2.25.1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir("/")
    assert doctor()["tools"][0][:2] == ("fail", "git version 2.25.1 is too old")


def test_sops_where_it_is_needed(infra: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    for directory in proc.find("git"), proc.find("sh"):
        monkeypatch.setenv("PATH", str(Path(directory).parent))
    assert doctor("--offline")["tools"][1][:2] == ("ok", "sops is not installed, and not needed: age is built in")
    with (infra / ".infra-tool.yaml").open("a", encoding="utf-8") as file:
        file.write("secrets: {backend: sops}\n")
    state, message, fix = doctor("--offline")["tools"][1]
    assert (state, message) == ("fail", "sops is not installed, and secrets.backend says that it writes the secrets")
    assert "getsops/sops" in str(fix)


def test_no_key(infra: Path, doctor: Doctor, home: Path) -> None:
    assert infra
    (home / ".config/sops/age/keys.txt").unlink()
    ((state, message, fix),) = doctor("--offline")["keys"]
    assert (state, fix) == ("fail", "infra-tool secret init")
    assert str(home / ".config/sops/age/keys.txt") in message


def test_a_key_that_others_can_read_and_that_opens_nothing(infra: Path, doctor: Doctor, home: Path) -> None:
    assert infra
    keys = home / ".config/sops/age/keys.txt"
    keys.unlink()
    assert cli.main(["init", str(home / "other"), "--registry", "git.example.org", "--owner", "team"]) == 0
    keys.chmod(0o644)
    _, readable, closed = doctor("--offline")["keys"]
    assert readable == ("warn", f"others can read {keys}", f"chmod 600 {keys}")
    assert closed[0] == "fail"
    assert closed[1].startswith("the key does not open 4 of 4 secrets: apps/n8n/secrets.enc.yaml, bootstrap/koala/")
    assert closed[2] == "someone who can: infra-tool secret recipient add age1... --name YOU"


def test_a_cluster_opens_its_own_secrets_and_no_others(
    infra: Path, doctor: Doctor, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert infra
    assert cli.main(["secret", "get", "bootstrap/koala/sops-age.enc.yaml", "age.agekey"]) == 0
    (home / ".config/sops/age/keys.txt").write_text(capsys.readouterr().out, encoding="utf-8")
    state, message, _ = doctor("--offline")["keys"][-1]
    assert (state, message.partition(":")[0]) == ("warn", "the key does not open 2 of 4 secrets")


def test_no_hook(infra: Path, doctor: Doctor) -> None:
    (infra / ".git/hooks/pre-push").unlink()
    assert doctor("--offline")["hook"] == [
        ("warn", "no pre-push hook of ours: what is broken can be pushed", "infra-tool hook install")
    ]
    assert cli.main(["hook", "install"]) == 0
    assert doctor("--offline")["hook"][0][0] == "ok"


def test_the_remote(infra: Path, doctor: Doctor, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(infra / ".infra-tool.yaml", old=REMOTE, new=f"file://{bare}")
    missing = ("warn", "the remote has no branch main", "git push origin HEAD:main")
    assert doctor()["remote"] == [missing]
    for command in (
        ("add", "-A"),
        ("commit", "-qm", "start", "--no-verify"),
        ("push", "-q", "--no-verify", str(bare), "HEAD:main"),
    ):
        proc.run(("git", *command), cwd=infra)
    assert doctor()["remote"][0][0] == "ok"
    edit(infra / ".infra-tool.yaml", old=str(bare), new=f"{bare}-gone")
    state, message, _ = doctor()["remote"][0]
    assert (state, message.partition(":")[0]) == ("fail", "the remote refuses")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/team/infra.git"
        edit(infra / ".infra-tool.yaml", old=f"file://{bare}-gone", new=url)
        monkeypatch.setenv("no_proxy", "*")
        state, message, _ = doctor()["remote"][0]
    assert (state, message.partition(":")[0]) == ("unchecked", "the server of the remote cannot be reached")
    config = infra / ".infra-tool.yaml"
    config.write_text("".join(line for line in config.read_text().splitlines(keepends=True) if url not in line))
    assert doctor()["remote"] == [("warn", "the configuration names no remote", "set remote in .infra-tool.yaml")]


def test_a_server_that_ssh_does_not_know(
    infra: Path, doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert infra
    program = tmp_path / "ssh"
    program.write_text("#!/bin/sh\necho 'Host key verification failed.' >&2\nexit 255\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(program))
    assert doctor()["remote"] == [
        ("fail", "the server of the remote is not known to ssh", "ssh to it once, and compare its key")
    ]


@pytest.fixture
def runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a run-time directory short enough for sockets."""
    place = tmp_path_factory.mktemp("r")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    monkeypatch.setattr("infra_tool.pipeline.buildkit.SYSTEM", str(place / "system"))
    monkeypatch.delenv("BUILDKIT_HOST", raising=False)
    monkeypatch.chdir(place)
    return place


def test_buildkit_is_found_where_it_listens(runtime: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor()["buildkit"][0][0] == "unchecked"
    (runtime / "buildkit").mkdir()
    path = runtime / "buildkit/buildkitd.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        assert doctor()["buildkit"] == [("ok", f"BuildKit listens at unix://{path}", None)]
    monkeypatch.setenv("BUILDKIT_HOST", f"unix://{path}")
    ((state, message, fix),) = doctor()["buildkit"]
    assert (state, fix) == ("fail", "systemctl --user start buildkit (docs/systemd/buildkit.service)")
    assert message == f"BuildKit cannot be reached at unix://{path}: Connection refused"


@pytest.fixture
def registry(infra: Path) -> Iterator[Registry]:
    """Run the registry of the repo, with the image of n8n."""
    with oci.serving(Registry(users={"bot": "c4n4v6m"})) as up:
        for path in infra.rglob("*.yaml"):
            path.write_text(path.read_text(encoding="utf-8").replace("git.example.org/team", f"{up.host}/team"))
        edit(infra / ".infra-tool.yaml", old="git.example.org", new=up.host)
        yield up


def test_who_can_pull(registry: Registry, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    ((state, message, _),) = doctor()["packages"]
    assert (state, message) == ("unchecked", f"{registry.host} has no {registry.host}/team/n8n:v1")
    registry.hold("team/n8n", "v1")
    ((state, message, fix),) = doctor()["packages"]
    assert (state, message) == ("warn", f"anyone can pull {registry.host}/team/n8n, whether its repo is private or not")
    assert str(fix).startswith(f"make team private on {registry.host}")
    registry.auth = "bearer"
    ((state, message, _),) = doctor()["packages"]
    assert (state, message.partition(": ")[2]) == ("ok", "nobody else can pull it")
    registry.broken = 503
    assert doctor()["packages"][0][0] == "unchecked"


def test_what_stands_between_the_key_of_cd_and_the_cluster(
    infra: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    shared, unknown = doctor()["trust"]
    assert shared[:2] == ("warn", "koala is shared: whoever changes apps/ can change the whole cluster")
    assert unknown[:2] == ("unchecked", "GITEA_TOKEN is not set: the protection of main is not known")
    with gitea_api.serving(Gitea()) as server:
        monkeypatch.setenv("GITEA_TOKEN", server.token)
        told = doctor("--url", server.url)["trust"][1]
        assert told[:2] == ("warn", "main is not protected: whoever has INFRA_DEPLOY_KEY can change everything")
        server.protections["main"] = {"protected_file_patterns": "clusters/**"}
        told = doctor("--url", server.url)["trust"][1]
        assert told[:2] == ("warn", "the protection of main leaves components/** to whoever has INFRA_DEPLOY_KEY")
        patterns = pipeline.protected_patterns(WorkTree(infra))
        server.protections["main"] = {"protected_file_patterns": ";".join(patterns)}
        assert doctor("--url", server.url)["trust"][1][0] == "ok"
        monkeypatch.setenv("GITEA_TOKEN", "wr0ng")
        assert doctor("--url", server.url)["trust"][1][0] == "unchecked"


def test_a_service_in_a_namespace_of_its_own(
    tmp_path: Path, doctor: Doctor, scaffolded: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tmp_path
    monkeypatch.chdir(scaffolded("isolated"))
    state, message, fix = doctor("--offline")["trust"][0]
    said = "koala is isolated; Flux itself is not in this repo, so what that confines is not known"
    assert (state, message) == ("unchecked", said)
    assert "--default-service-account=default" in str(fix)


def test_the_feature_gate(infra: Path, doctor: Doctor) -> None:
    ((state, message, fix),) = doctor("--offline")["flux"]
    assert (state, message.partition(": ")[0]) == ("unchecked", "koala")
    assert "--feature-gates=CancelHealthCheckOnNewRevision=true" in str(fix)
    components = infra / "clusters/koala/flux-system/gotk-components.yaml"
    components.write_text("kind: Deployment\n", encoding="utf-8")
    warning = ("warn", "koala: a rollback waits for the rollout that it rolls back", "infra-tool new-cluster koala")
    assert doctor("--offline")["flux"] == [warning]
    assert cli.main(["new-cluster", "koala"]) == 0
    assert doctor("--offline")["flux"][0][0] == "ok"


def test_what_breaks_is_told_and_the_rest_looked_at(
    infra: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert infra
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", "/nowhere/keys.txt")
    found: dict[str, Any] = doctor("--offline")
    ((state, message, _),) = found["keys"]
    assert (state, message.partition(" (")[0]) == ("fail", "cannot read /nowhere/keys.txt")
    assert found["hook"][0][0] == "ok"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no file that even root cannot read")
def test_a_key_that_cannot_be_read_hides_no_other(infra: Path, doctor: Doctor, home: Path) -> None:
    assert infra
    key = home / ".ssh/id_ed25519"
    key.parent.mkdir()
    key.symlink_to("/proc/self/mem")
    found = doctor("--offline")["keys"]
    assert ("unchecked", f"{key} cannot be read: Input/output error", None) in found
    assert "ok" in {state for state, _, _ in found}


def test_a_file_that_cannot_be_read_is_told_and_the_rest_looked_at(
    infra: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert infra
    closed = SimpleNamespace(NAME="tools", check=lambda here: [(here.root / "closed").read_bytes()])
    monkeypatch.setattr("infra_tool.doctor.CHECKS", (closed, hook))
    found = doctor("--offline")
    ((state, message, _),) = found["tools"]
    assert (state, message) == ("fail", f"cannot read {infra}/closed: No such file or directory")
    assert found["hook"][0][0] == "ok"


def test_a_key_that_cannot_be_used_is_told(infra: Path, doctor: Doctor, home: Path) -> None:
    assert infra
    key = home / ".ssh/id_ed25519"
    key.parent.mkdir()
    proc.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "passphrase", "-f", str(key)))
    note = ("unchecked", f"{key} is protected by a passphrase or no SSH key that age can use", None)
    assert note in doctor("--offline")["keys"]
    (home / ".config/sops/age/keys.txt").unlink()
    found = doctor("--offline")["keys"]
    assert (found[0], found[1][0]) == (note, "fail")
