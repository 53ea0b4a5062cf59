"""init, new-cluster, bootstrap and new-service as a person types them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import jsonschema
import pytest

from infra_tool import cli, git, sops, yamldoc

SCHEMAS = Path(__file__).parents[2] / "docs/schemas"
REMOTE = "ssh://git@git.example.org/team/infra.git"
INIT = ("--registry", "registry.example.org", "--owner", "team", "--remote", REMOTE)
TOKEN = "correct-horse-battery"  # noqa: S105 -- planted

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in the repo `infra` when there is one; return exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, cwd: Path | None = None) -> tuple[int, str, str]:
        place = cwd or tmp_path / "infra"
        os.chdir(place if place.is_dir() else tmp_path)
        capsys.readouterr()
        code = cli.main(arguments)
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def infra(run: Run, tmp_path: Path) -> Path:
    """Return a new repo with the cluster koala."""
    assert run("init", "infra", *INIT)[0] == 0
    assert run("new-cluster", "koala")[0] == 0
    return tmp_path / "infra"


def state(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def answer(run: Run, *arguments: str) -> dict[str, object]:
    code, out, _ = run(*arguments, "--format", "json")
    found = json.loads(out)
    assert code in (0, 1)
    jsonschema.validate(found, json.loads((SCHEMAS / f"{arguments[0]}.json").read_text()))
    return found["result"]


class TestInit:
    def test_a_new_repo(self, run: Run, tmp_path: Path, home: Path) -> None:
        code, out, err = run("init", "infra", *INIT)
        place = tmp_path / "infra"
        assert code == 0
        assert out.splitlines()[0] == f"{place} is an infra repo"
        assert sorted(line.strip() for line in out.splitlines()[1:]) == list(git.WorkTree(place).entries)
        assert f"new private key: {home}/.config/sops/age/keys.txt" in err
        assert f"next: move {home}/.config/sops/age/recovery-infra.txt off this machine" in err
        assert os.access(place / ".git/hooks/pre-commit", os.X_OK)
        assert git.run(("symbolic-ref", "--short", "HEAD"), cwd=place).stdout == b"main\n"
        assert b"??" in git.run(("status", "--short"), cwd=place).stdout

    @pytest.mark.parametrize("place", ["new", "."])
    def test_a_recovery_key_is_never_made_inside_the_new_repo(self, run: Run, tmp_path: Path, place: str) -> None:
        code, _, err = run("init", place, *INIT, "--recovery-out", f"{place}/recovery.txt")
        assert (code, "does not belong there" in err) == (2, True)
        assert list(tmp_path.rglob("recovery.txt")) == []

    @pytest.mark.parametrize("inside", ["server.git", "work/.git"])
    def test_git_s_own_directory_is_no_place_for_a_repo(self, run: Run, tmp_path: Path, inside: str) -> None:
        git.run(("init", "--quiet", "--bare", "server.git"), cwd=tmp_path)
        git.run(("init", "--quiet", "work"), cwd=tmp_path)
        before = state(tmp_path)
        code, _, err = run("init", ".", *INIT, cwd=tmp_path / inside)
        assert (code, "git's own directory" in err) == (2, True)
        assert state(tmp_path) == before

    @pytest.mark.parametrize("options", [INIT, ()])
    def test_files_that_lie_there_uncommitted_are_committed(
        self, run: Run, tmp_path: Path, options: tuple[str, ...]
    ) -> None:
        place = tmp_path / "infra"
        run("init", "infra", *INIT)
        before = state(place)
        code, _, err = run("init", ".", *options, "--commit", cwd=place)
        assert (code, err.count("error")) == (0, 0), err
        assert git.run(("status", "--short"), cwd=place).stdout == b""
        assert before.items() <= state(place).items()

    def test_the_same_call_again_changes_nothing(self, run: Run, infra: Path, home: Path) -> None:
        before = state(infra) | state(home)
        code, out, _ = run("init", ".", *INIT, cwd=infra)
        assert (code, out) == (0, f"{infra} has all it needs: nothing to do\n")
        assert state(infra) | state(home) == before

    def test_a_recipient_that_the_rules_do_not_name_is_refused(self, run: Run, infra: Path) -> None:
        named = sops.load_rules(git.WorkTree(infra)).rules[0].recipients[0].text
        assert run("init", ".", "--recipient", named, cwd=infra)[0] == 0
        other = sops.generate_identity().recipient
        code, _, err = run("init", ".", "--recovery-recipient", other, cwd=infra)
        assert code == 2
        assert f"does not name {other}" in err

    def test_given_keys_make_no_new_ones(self, run: Run, tmp_path: Path, home: Path) -> None:
        keys = [sops.generate_identity().recipient for _ in range(3)]
        given = ("--recipient", keys[0], "--recipient", keys[1], "--recovery-recipient", keys[2])
        result = answer(run, "init", "infra", *INIT, *given)
        assert list(result["recipients"].values()) == keys
        assert result["keys"] == []
        assert not (home / ".config").exists()
        assert (tmp_path / "infra/.sops.yaml").read_text().count("# Test Person 2\n") == 2

    def test_commit(self, run: Run) -> None:
        result = answer(run, "init", "infra", *INIT, "--commit", "-m", "chore: start")
        place = Path(result["directory"])
        assert git.run(("log", "--format=%H %s"), cwd=place).stdout.decode() == f"{result['commit']} chore: start\n"
        assert git.run(("status", "--short"), cwd=place).stdout == b""

    @pytest.mark.parametrize(("options", "gate"), [((), "hook"), (("--gate", "branch"), "branch")])
    def test_what_stands_before_the_cluster_is_told(self, run: Run, options: tuple[str, ...], gate: str) -> None:
        assert answer(run, "init", "infra", *INIT, *options)["gate"] == gate
        code, _, err = run("init", ".")
        assert code == 0
        assert ("reaches the cluster unchecked" in err, "protect live on the git server" in err) == (
            gate == "hook", gate == "branch",
        )  # fmt: skip
        other = {"hook": "branch", "branch": "hook"}[gate]
        assert run("init", ".", "--gate", other)[0] == 2
        assert run("new-cluster", "koala")[0] == 0
        followed = {"hook": "main", "branch": "live"}[gate]
        source = Path("clusters/koala/flux-system/source.yaml").read_text()
        assert f"  ref:\n    branch: {followed}\n" in source.replace('"', "")

    def test_an_existing_repo_keeps_what_it_has(self, run: Run, git_repo: Path) -> None:
        (git_repo / "README.md").write_text("mine\n")
        (git_repo / ".git/hooks/pre-commit").write_text("#!/bin/sh\necho chained\n")
        result = answer(run, "init", str(git_repo), *INIT)
        assert result["kept"] == ["README.md"]
        assert (git_repo / "README.md").read_text() == "mine\n"
        assert "echo chained" in (git_repo / ".git/hooks/pre-commit.chained").read_text()

    @pytest.mark.parametrize("option", ["--dry-run", "--check"])
    def test_looking_first_makes_neither_repo_nor_key(self, run: Run, tmp_path: Path, home: Path, option: str) -> None:
        code, out, _ = run("init", "infra", *INIT, option)
        assert code == (0 if option == "--dry-run" else 1)
        assert ".infra-tool.yaml" in out
        assert not (tmp_path / "infra").exists()
        assert not (home / ".config").exists()

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (("infra",), 2),
            (("infra", *INIT, "--gate", "branch", "--branch", "live"), 2),
            (("infra", *INIT, "--recovery-recipient", "age1", "--recovery-out", "x"), 2),
            (("infra", *INIT, "--recipient", "age1"), 2),
            (("infra", "--registry", "https://h/", "--owner", "team"), 2),
            (("infra", "--registry", "h", "--owner", "Team"), 2),
            (("infra", *INIT, "--cluster", "Koala"), 2),
            (("infra", *INIT[:-1], "https://user:correct-horse@h/r.git"), 2),
            (("file/infra", *INIT), 3),
        ],
    )
    def test_what_is_refused_leaves_nothing(
        self, run: Run, tmp_path: Path, home: Path, arguments: tuple[str, ...], code: int
    ) -> None:
        (tmp_path / "file").touch()
        found, out, err = run("init", *arguments)
        assert (found, out) == (code, "")
        assert err.startswith("error: ")
        assert "horse" not in err
        assert [path.name for path in tmp_path.iterdir() if path.name not in {"home", "file"}] == []
        assert not (home / ".config").exists()

    def test_a_directory_inside_another_repo_is_somebodys_mistake(self, run: Run, git_repo: Path) -> None:
        code, _, err = run("init", "infra", *INIT, cwd=git_repo)
        assert code == 2
        assert f"is inside the git repo {git_repo}" in err

    def test_a_recovery_key_inside_the_repo_is_refused(self, run: Run, git_repo: Path) -> None:
        code, _, err = run("init", str(git_repo), *INIT, "--recovery-out", str(git_repo / "recovery.txt"))
        assert code == 2
        assert "a private key does not belong there" in err
        assert not (git_repo / ".infra-tool.yaml").exists()


class TestNewCluster:
    def test_json(self, run: Run) -> None:
        run("init", "infra", *INIT, "--commit")
        first = answer(run, "new-cluster", "koala", "--commit")
        assert first["pull_secret"] == "stub"  # noqa: S105 -- that there is none
        assert "bootstrap/koala/sops-age.enc.yaml" in first["files"]
        again = answer(run, "new-cluster", "koala")
        assert (again["files"], again["recipient"]) == ([], first["recipient"])
        assert again["followed_by"] == "cluster-koala"

    @pytest.mark.parametrize("how", ["stdin", "environment", "docker"])
    def test_the_credential_comes_from_no_argument_and_shows_nowhere(
        self, run: Run, infra: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
    ) -> None:
        config = tmp_path / "config.json"
        config.write_text(json.dumps({"auths": {"registry.example.org": {"password": TOKEN}}}))
        monkeypatch.setenv("REGISTRY_TOKEN", TOKEN)
        read, write = os.pipe()
        os.write(write, f"{TOKEN}\n".encode())
        os.close(write)
        with os.fdopen(read) as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            options = {
                "stdin": ("--registry-user", "bot", "--registry-token-stdin"),
                "environment": ("--registry-user", "bot", "--registry-token-env", "REGISTRY_TOKEN"),
                "docker": ("--docker-config", str(config)),
            }
            code, out, err = run("new-cluster", "koala", *options[how])
        assert code == 0
        assert out.splitlines() == [
            "cluster koala is there already, and has now",
            "  components/registry-pull/secret.enc.yaml",
        ]
        path = "components/registry-pull/secret.enc.yaml"
        keys = sops.identities(os.environ, Path.home())
        stored = sops.open_file((infra / path).read_bytes(), path, keys).text((0, ("stringData", ".dockerconfigjson")))
        assert json.loads(stored)["auths"]["registry.example.org"]["password"] == TOKEN
        assert TOKEN not in out + err
        assert TOKEN.encode() not in b"".join(state(infra).values())

    @pytest.mark.usefixtures("infra")
    @pytest.mark.parametrize("how", ["stdin", "environment", "docker"])
    def test_a_credential_that_is_no_text(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
    ) -> None:
        config = tmp_path / "config.json"
        config.write_bytes(b"\xff\xfe")
        monkeypatch.setenv("REGISTRY_TOKEN", "\udcff")
        options = {
            "stdin": ("--registry-user", "bot", "--registry-token-stdin"),
            "environment": ("--registry-user", "bot", "--registry-token-env", "REGISTRY_TOKEN"),
            "docker": ("--docker-config", str(config)),
        }
        with config.open(encoding="utf-8") as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            code, _, err = run("new-cluster", "koala", *options[how])
        assert (code, "is no UTF-8 text" in err) == (2, True)

    def test_a_credential_that_is_not_used_is_told(
        self, run: Run, infra: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REGISTRY_TOKEN", TOKEN)
        options = ("--registry-user", "bot", "--registry-token-env", "REGISTRY_TOKEN")
        assert run("new-cluster", "koala", *options)[0] == 0
        before = state(infra)
        code, _, err = run("new-cluster", "koala", *options)
        assert code == 0
        assert "the pull secret has a credential already, which stays" in err
        assert state(infra) == before

    @pytest.mark.parametrize(
        "options",
        [
            ("--registry-user", "bot", "--registry-token-env", "UNSET"),
            ("--registry-token-env", "HOME"),
            ("--registry-user", "bot", "--docker-config", "x"),
            ("--registry-token-stdin", "--registry-token-env", "HOME"),
            ("--sync", "sometimes"),
        ],
    )
    def test_wrong_usage(self, run: Run, infra: Path, options: tuple[str, ...]) -> None:
        before = state(infra)
        code, out, _ = run("new-cluster", "panda", *options)
        assert (code, out) == (2, "")
        assert state(infra) == before

    def test_host_keys_are_those_that_the_person_trusts(self, run: Run, tmp_path: Path, home: Path) -> None:
        run("init", "infra", *INIT)
        (home / ".ssh").mkdir()
        (home / ".ssh/known_hosts").write_text("git.example.org ssh-ed25519 AAAA\n")
        assert answer(run, "new-cluster", "koala")["stubs"] == []
        other = tmp_path / "hosts"
        other.write_text("elsewhere ssh-ed25519 AAAA\n")
        code, _, err = run("new-cluster", "panda", "--sync", "new", "--known-hosts", str(other))
        assert (code, f"{other} has no key of the server of {REMOTE}" in err) == (2, True)

    def test_a_remote_with_a_port_that_is_none(self, run: Run, infra: Path) -> None:
        config = infra / ".infra-tool.yaml"
        wrong = "ssh://git@git.example.org:99999/team/infra.git"
        config.write_text(config.read_text().replace(REMOTE, wrong))
        code, _, err = run("new-cluster", "panda", "--sync", "new")
        assert (code, f".infra-tool.yaml: remote is {wrong}, which is no URL" in err) == (2, True)

    def test_flux_in_the_repo_is_patched_or_told(self, run: Run, infra: Path) -> None:
        place = infra / "clusters/koala/flux"
        place.mkdir()
        (place / "gotk-components.yaml").write_text("{}\n")
        (place / "kustomization.yaml").write_text("resources: []\npatches: []\n")
        code, _, err = run("new-cluster", "koala")
        assert (code, "warning: clusters/koala: a rollback waits for" in err) == (0, True)
        (place / "kustomization.yaml").write_text("resources: []\n")
        assert answer(run, "new-cluster", "koala")["health_checks"] == "patched"
        assert "CancelHealthCheckOnNewRevision" in (place / "kustomization.yaml").read_text()

    def test_a_repo_without_rules_is_told_to_start_with_init(self, run: Run, git_repo: Path) -> None:
        code, _, err = run("new-cluster", "koala", cwd=git_repo)
        assert code == 2
        assert "hint: run infra-tool init first" in err

    def test_what_applies_the_cluster_without_opening_secrets_is_told(self, run: Run, tmp_path: Path) -> None:
        run("init", "infra", *INIT)
        place = tmp_path / "infra/clusters/koala/sync.yaml"
        place.parent.mkdir(parents=True)
        place.write_text(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: all}\n"
            "spec: {path: clusters/koala, sourceRef: {kind: GitRepository, name: all}}\n"
        )
        _, _, err = run("new-cluster", "koala")
        assert "warning: the Flux Kustomization all applies clusters/koala without opening its secrets" in err


class TestBootstrap:
    def test_the_key_of_the_cluster_is_printed_for_kubectl(self, run: Run, infra: Path) -> None:
        code, out, _ = run("bootstrap", "koala")
        assert code == 0
        root = yamldoc.parse(out.encode()).documents[1].root
        assert yamldoc.text(root, "metadata", "namespace") == "flux-system"
        key = yamldoc.text(root, "stringData", "age.agekey").splitlines()[1]
        rules = sops.load_rules(git.WorkTree(infra))
        assert sops.recipient_of(sops.Secret(key)) in {each.text for each in rules.rules[1].recipients}
        assert "sops:" not in out

    def test_json(self, run: Run, infra: Path) -> None:
        result = answer(run, "bootstrap", "koala")
        assert [one["name"] for one in result["secrets"]] == ["infra-git", "sops-age"]
        for one in result["secrets"]:
            assert (infra / one["path"]).is_file()
            assert one["namespace"] == "flux-system"
        git_key = result["secrets"][0]
        assert git_key["public_key"].startswith("ssh-ed25519 ")
        assert (git_key["stubs"], git_key["webhook"]) == (["known_hosts"], None)

    def test_what_is_left_to_do_on_the_git_server_is_told_beside_it(self, run: Run, infra: Path) -> None:
        made = answer(run, "new-cluster", "koala", "--receiver")
        code, out, err = run("bootstrap", "koala")
        assert (code, infra.is_dir()) == (0, True)
        assert f"for push: http://ADDRESS{made['webhook']}\n" in err
        assert f"deploy key of the infra repo, to read: {made['deploy_key']}\n" in err
        hint = "hint: infra-tool secret set bootstrap/koala/infra-git.enc.yaml --from-file known_hosts=FILE\n"
        assert f"warning: bootstrap/koala/infra-git.enc.yaml: known_hosts is still a stub\n{hint}" in err
        documents = yamldoc.parse(out.encode()).documents
        assert [yamldoc.text(each.root, "metadata", "name") for each in documents] == [
            "infra-git", "receiver-token", "sops-age",
        ]  # fmt: skip

    def test_several_secrets_are_several_documents(self, run: Run, infra: Path) -> None:
        extra = infra / "bootstrap/koala/git.enc.yaml"
        rules = sops.load_rules(git.WorkTree(infra))
        plain = b"apiVersion: v1\nkind: Secret\nmetadata:\n  name: infra-git\nstringData:\n  identity: x\n"
        extra.write_bytes(sops.encrypt(plain, "bootstrap/koala/git.enc.yaml", rules.rules[0], config=rules.source))
        documents = yamldoc.parse(run("bootstrap", "koala")[1].encode()).documents
        names = ["infra-git", "infra-git", "sops-age"]
        assert [yamldoc.text(each.root, "metadata", "name") for each in documents] == names

    def test_without_a_key_nothing_is_printed(self, run: Run, infra: Path, home: Path) -> None:
        assert infra
        (home / ".config/sops/age/keys.txt").unlink()
        code, out, err = run("bootstrap", "koala")
        assert (code, out) == (3, "")
        assert "AGE-SECRET-KEY" not in err
        recovery = home / ".config/sops/age/recovery-infra.txt"
        assert run("bootstrap", "koala", "--identity", str(recovery))[0] == 0

    def test_no_such_cluster(self, run: Run, infra: Path) -> None:
        assert infra
        code, _, err = run("bootstrap", "koalla")
        assert code == 2
        assert "hint: did you mean koala?" in err


class TestNewService:
    def test_json(self, run: Run, infra: Path) -> None:
        git.run(("add", "-A"), cwd=infra)
        git.run(("commit", "-qm", "start", "--no-verify"), cwd=infra)
        result = answer(run, "new-service", "n8n", "--generate", "KEY", "--secret", "SMTP", "--commit")
        assert result["image"] == "registry.example.org/team/n8n:IMAGE_TAG"
        assert (result["stubs"], result["cluster"], result["layout"]) == (["SMTP"], "koala", "shared")
        subject = git.run(("log", "-1", "--format=%s"), cwd=infra).stdout
        assert subject == b"feat(n8n): new service on koala\n"
        assert answer(run, "new-service", "n8n", "--generate", "KEY", "--secret", "SMTP")["files"] == []

    def test_a_bare_service_warns_of_nothing_but_the_tag_it_waits_for(self, run: Run, infra: Path) -> None:
        assert infra
        code, out, err = run("new-service", "n8n")
        assert code == 0
        assert out.splitlines()[0] == "n8n is new on koala: registry.example.org/team/n8n:IMAGE_TAG"
        warnings = [line.split()[2] for line in err.splitlines() if line.startswith("warning: ")]
        assert warnings == ["I015"]
        assert "next: infra-tool secret set apps/n8n/secrets.enc.yaml SECRET_KEY" in err

    def test_plain_http_is_told(self, run: Run, infra: Path) -> None:
        _, _, err = run("new-service", "n8n", "--tag", "1", "--host", "n8n.example.org")
        assert "warning: n8n.example.org is served over plain HTTP" in err
        ingress = (infra / "apps/n8n/ingress.yaml").read_text()
        assert ingress.startswith("# infra-tool: ignore[W019] plain HTTP: no TLS was chosen")

    def test_it_works_from_a_directory_below(self, run: Run, infra: Path) -> None:
        assert run("new-service", "n8n", cwd=infra / "clusters/koala")[0] == 0
        assert (infra / "apps/n8n/deployment.yaml").is_file()

    @pytest.mark.parametrize("option", ["--dry-run", "--check"])
    def test_looking_first_changes_nothing(self, run: Run, infra: Path, option: str) -> None:
        before = state(infra)
        code, out, _ = run("new-service", "n8n", option)
        assert code == (0 if option == "--dry-run" else 1)
        assert "apps/n8n/deployment.yaml" in out
        assert state(infra) == before

    @pytest.mark.parametrize(
        "arguments",
        [
            ("N8N",),
            ("n8n", "--cluster", "panda"),
            ("n8n", "--kind", "daemon"),
            ("n8n", "--tls-issuer", "a", "--tls-secret", "b", "--host", "h.example.org"),
            ("n8n", "--volume", "1Gi"),
            ("n8n", "--data", "replicas"),
            ("n8n", "--data", "uid=0"),
            ("n8n", "--template", "nowhere"),
            ("n8n", "--image", "nginx"),
        ],
    )
    def test_wrong_usage_leaves_the_repo_as_it_was(self, run: Run, infra: Path, arguments: tuple[str, ...]) -> None:
        before = state(infra)
        code, out, err = run("new-service", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith("error: ")
        assert state(infra) == before

    def test_a_place_that_cannot_be_written_leaves_the_repo_as_it_was(self, run: Run, infra: Path) -> None:
        (infra / ".gitignore").write_text("/apps\n")
        (infra / "apps").touch()
        before = state(infra)
        code, out, err = run("new-service", "n8n")
        assert (code, out) == (3, "")
        assert err.startswith("error: ")
        assert state(infra) == before

    def test_no_recipients(self, run: Run, infra: Path) -> None:
        (infra / ".sops.yaml").write_text("creation_rules:\n  - path_regex: \\.enc\\.yaml$\n    age: []\n")
        before = state(infra)
        assert run("new-service", "n8n")[0] in (2, 3)
        assert state(infra) == before

    def test_what_is_not_committed_is_not_there_for_a_commit(self, run: Run, infra: Path) -> None:
        assert infra
        code, _, err = run("new-service", "n8n", "--commit")
        assert code == 2
        assert "--commit and --push see only what is committed" in err

    def test_the_plain_values_reach_no_file(
        self, infra: Path, tmp_path: Path, unavailable: Callable[[str], NoReturn]
    ) -> None:
        """Not even one that is gone again: nothing but ciphertext is handed to a process or written."""
        if shutil.which("strace") is None:
            unavailable("strace is not installed")
        trace = tmp_path / "trace"
        command = ("strace", "-f", "-s", "10000", "-e", "trace=write,execve", "-o", str(trace))
        tool = (sys.executable, "-m", "infra_tool", "new-service", "n8n", "--generate", "KEY")
        subprocess.run([*command, *tool], cwd=infra, check=True, capture_output=True)
        path = "apps/n8n/secrets.enc.yaml"
        keys = sops.identities(os.environ, Path.home())
        value = sops.open_file((infra / path).read_bytes(), path, keys).text((0, ("stringData", "KEY")))
        assert len(value) == 64
        assert value not in trace.read_text(errors="replace")
