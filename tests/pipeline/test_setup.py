"""`infra-tool gitea setup`: from an infra repo and the environment to what a server has."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gitea_api
import jsonschema
import pytest
from gitea_api import Gitea

from infra_tool import cli, git, proc
from infra_tool.errors import UsageError
from infra_tool.gitea import is_covered
from infra_tool.pipeline import protected

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/gitea-setup.json").read_text(encoding="utf-8"))
TOKEN = Gitea().token
HOST_KEY = "[git.example.org]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"
AUTH = "bot:t0k3n"
ALWAYS = [
    "clusters/**",
    "components/**",
    "bootstrap/**",
    ".gitea/**",
    ".github/**",
    ".sops.yaml",
    ".infra-tool.yaml",
    ".pre-commit-config.yaml",
    "apps/**.enc.yaml",
    "apps/**.enc.yml",
    "apps/**/.hold",
]
LISTS = ["apps/**/kustomization.yaml", "apps/**/kustomization.yml", "apps/**/Kustomization"]


@pytest.fixture
def server() -> Iterator[Gitea]:
    with gitea_api.serving(Gitea()) as up:
        yield up


@pytest.fixture
def infra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an infra repo with a cluster that the server calls, and a service."""
    place = tmp_path / "infra"
    remote = "ssh://git@git.example.org:2222/team/infra.git"
    own = ("--registry", "git.example.org", "--owner", "team", "--cluster", "koala", "--remote", remote)
    assert cli.main(["init", str(place), *own]) == 0
    monkeypatch.chdir(place)
    assert cli.main(["new-cluster", "koala", "--receiver"]) == 0
    assert cli.main(["new-service", "n8n", "--tag", "v1"]) == 0
    for command in (("add", "-A"), ("commit", "-qm", "start", "--no-verify")):
        proc.run(("git", *command), cwd=place)
    return place


@pytest.fixture
def told(
    infra: Path, server: Gitea, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., dict[tuple[str, str], Any]]:
    """Return what runs the command and returns its steps, after holding them against the schema."""
    assert infra
    monkeypatch.setenv("GITEA_TOKEN", TOKEN)

    def call(*words: str) -> dict[tuple[str, str], Any]:
        capsys.readouterr()
        assert cli.main(["gitea", "setup", "--url", server.url, *words, "--format", "json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        jsonschema.validate(printed, SCHEMA)
        return {(step["kind"], step["name"]): step for step in printed["result"]["steps"]}

    return call


def test_all_is_set_from_the_repo_and_the_environment(
    told: Callable[..., dict[tuple[str, str], Any]],
    infra: Path,
    server: Gitea,
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
) -> None:
    (home / ".ssh").mkdir()
    (home / ".ssh/known_hosts").write_text(f"other.example.org ssh-rsa AAAA\n{HOST_KEY}\n")
    monkeypatch.setenv("BUILDKIT_REGISTRY_AUTH", AUTH)
    steps = told("--receiver-url", "http://10.43.0.7")
    assert [step["action"] for step in steps.values()] == [
        "write", "create", "write", "create", "create", "create", "create", "open"
    ]  # fmt: skip
    assert server.variables == {("team", "INFRA_KNOWN_HOSTS"): f"{HOST_KEY}\n"}
    assert server.secrets["team", "BUILDKIT_REGISTRY_AUTH"] == AUTH
    flux = next(key for key in server.keys if key["title"] == "flux-koala")
    assert flux["key"] in (infra / "bootstrap/koala/infra-git.enc.yaml").read_text()
    assert steps["branch protection", "main"]["detail"] == f"by pull request only: {';'.join(ALWAYS + LISTS)}"
    rule = steps["cleanup rule", "container"]["detail"]
    assert rule.startswith(
        f"Gitea has no call for it; at {server.url}/user/settings/packages: type Container, keep the"
    )
    assert rule.endswith(" 25, keep versions matching (?:v1)")
    monkeypatch.delenv("BUILDKIT_REGISTRY_AUTH")
    server.calls.clear()
    assert {step["action"] for step in told("--receiver-url", "http://10.43.0.7").values()} == {"keep", "open"}
    assert server.calls == []


def test_the_webhook_is_the_one_that_bootstrap_tells_of(
    told: Callable[..., dict[tuple[str, str], Any]], server: Gitea, capsys: pytest.CaptureFixture[str]
) -> None:
    told("--receiver-url", "http://10.43.0.7/")
    assert cli.main(["bootstrap", "koala"]) == 0
    shown = capsys.readouterr()
    config = server.hooks[0]["config"]
    assert config["url"].replace("10.43.0.7", "ADDRESS") in shown.err
    assert f"token: {config['secret']}" in shown.out.replace('"', "")


def test_the_secret_of_ci_opens_what_the_deploy_key_closes(
    told: Callable[..., dict[tuple[str, str], Any]], server: Gitea, tmp_path: Path
) -> None:
    told()
    private = tmp_path / "key"
    private.write_text(server.secrets["team", "INFRA_DEPLOY_KEY"])
    private.chmod(0o600)
    public = proc.run(("ssh-keygen", "-y", "-f", str(private))).stdout.decode().split()[:2]
    assert [key["key"].split()[:2] for key in server.keys if key["title"] == "cd"] == [public]


def test_a_dry_run_tells_and_changes_nothing(
    told: Callable[..., dict[tuple[str, str], Any]], server: Gitea, capsys: pytest.CaptureFixture[str]
) -> None:
    told("--dry-run")
    assert cli.main(["gitea", "setup", "--url", server.url, "--dry-run"]) == 0
    shown = capsys.readouterr()
    assert "deploy key cd: would be made (may write)\n" in shown.out
    assert cli.main(["gitea", "setup", "--url", server.url, "--check"]) == 1
    assert "next: webhook koala: --receiver-url http://HOST, as Gitea reaches" in shown.err
    assert server.calls == []
    told()
    assert cli.main(["gitea", "setup", "--url", server.url, "--check"]) == 0


def test_a_branch_is_left_alone_where_a_deploy_must_change_what_would_be_protected(
    told: Callable[..., dict[tuple[str, str], Any]], infra: Path, server: Gitea, capsys: pytest.CaptureFixture[str]
) -> None:
    root = infra / "clusters/koala/kustomization.yaml"
    with root.open("a", encoding="utf-8") as file:
        file.write("images: [{name: git.example.org/team/n8n, newTag: v1}]\n")
    assert cli.main(["gitea", "setup", "--url", server.url]) == 2
    assert "clusters/koala/kustomization.yaml: holds a tag that deploys change" in capsys.readouterr().err
    assert ("branch protection", "main") not in told("--no-protection")
    assert server.protections == {}


def test_a_version_that_cannot_be_told_is_no_reason_to_set_nothing(
    told: Callable[..., dict[tuple[str, str], Any]], infra: Path
) -> None:
    config = infra / ".infra-tool.yaml"
    config.write_text(config.read_text().replace("\ncluster:", "\n# cluster:"))
    other = infra / "clusters/other/kustomization.yaml"
    other.parent.mkdir()
    other.write_text(
        "resources: [../../apps/n8n]\nimages: [{name: git.example.org/team/n8n, newTag: v2}]\n", encoding="utf-8"
    )
    steps = told()
    assert ("cleanup rule", "container") not in steps
    assert steps["deploy key", "cd"]["action"] == "create"


def test_what_is_wrong_is_told_before_anything_is_set(
    infra: Path, server: Gitea, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*words: str, **environ: str) -> str:
        with monkeypatch.context() as around:
            for name, value in environ.items():
                around.setenv(name, value)
            capsys.readouterr()
            assert cli.main(["gitea", "setup", "--url", server.url, *words]) == 2
            shown = capsys.readouterr()
            assert shown.out == ""
            return shown.err

    assert "GITEA_TOKEN is not set\nhint: it holds a token of" in refused()
    assert "c4n4ry" not in refused("--url", "https://:c4n4ry@git.example.org")
    assert "the variable OTHER is not set" in refused("--token-env", "OTHER").replace("environment ", "")
    half = refused(GITEA_TOKEN=TOKEN, INFRA_DEPLOY_KEY="-----BEGIN OPENSSH PRIVATE KEY-----\nc4n4ry")
    assert "the deploy key cannot be read" in half
    assert "c4n4ry" not in half
    assert "the registry credential cannot be read" in refused(GITEA_TOKEN=TOKEN, BUILDKIT_REGISTRY_AUTH="t0k3n")
    (infra / "hosts").write_text("other.example.org ssh-rsa AAAA\n")
    assert "hosts has no key of the server of" in refused("--known-hosts", "hosts", GITEA_TOKEN=TOKEN)
    assert "is no address" in refused("--receiver-url", "10.43.0.7", GITEA_TOKEN=TOKEN)
    (infra / "hosts").write_bytes(b"\xff\xfe")
    assert "hosts is no UTF-8 text" in refused("--known-hosts", "hosts", GITEA_TOKEN=TOKEN)
    config = infra / ".infra-tool.yaml"
    config.write_text(config.read_text().replace(":2222/", ":99999/"))
    assert ".infra-tool.yaml: remote is ssh://git@git.example.org:99999/" in refused(GITEA_TOKEN=TOKEN)
    config.write_text("\n".join(line for line in config.read_text().splitlines() if not line.startswith("remote:")))
    assert "names no repo on a server\nhint: set remote in .infra-tool.yaml" in refused(GITEA_TOKEN=TOKEN)
    assert server.calls == []


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no file that even root cannot read")
def test_host_keys_that_cannot_be_read_are_told(
    infra: Path, server: Gitea, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert infra
    monkeypatch.setenv("GITEA_TOKEN", TOKEN)
    own = home / ".ssh/known_hosts"
    own.parent.mkdir()
    own.symlink_to("/proc/self/mem")
    assert cli.main(["gitea", "setup", "--url", server.url]) == 3
    assert f"cannot read {own}: " in capsys.readouterr().err
    assert server.calls == []


def tree(root: Path, files: dict[str, str]) -> git.WorkTree:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return git.WorkTree(root)


POD = "spec: {containers: [{name: main, image: 'registry.example.org/team/n8n:v1'}]}\n"
ENTRY = "resources: [pod.yaml]\nimages: [{name: registry.example.org/team/n8n, newTag: v1}]\n"


def test_a_list_that_holds_a_tag_is_not_protected_and_the_others_are(git_repo: Path) -> None:
    found = protected.patterns(
        tree(
            git_repo,
            {
                "clusters/koala/kustomization.yaml": "resources: [../../apps/n8n, ../../apps/jobs]\n",
                "apps/n8n/kustomization.yaml": ENTRY,
                "apps/n8n/pod.yaml": POD,
                "apps/jobs/kustomization.yaml": "resources: [pod.yaml]\n",
                "apps/jobs/pod.yaml": POD.replace("n8n", "jobs"),
            },
        )
    )
    assert found == (*ALWAYS, "apps/jobs/kustomization.yaml")


def test_a_tag_where_nothing_may_be_pushed_is_told(git_repo: Path) -> None:
    where = tree(
        git_repo,
        {
            "clusters/koala/kustomization.yaml": ENTRY.replace("pod.yaml", "../../apps/n8n"),
            "apps/n8n/kustomization.yaml": "resources: [pod.yaml]\n",
            "apps/n8n/pod.yaml": POD,
        },
    )
    with pytest.raises(UsageError, match="holds a tag that deploys change, and would be protected from it") as error:
        protected.patterns(where)
    assert error.value.path == "clusters/koala/kustomization.yaml"


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("clusters/koala/flux-system/sync.yaml", True),
        (".gitea/workflows/validate.yml", True),
        (".SOPS.yaml", True),
        ("apps/n8n/secrets.enc.yaml", True),
        ("apps/n8n/smtp.secrets.enc.yaml", True),
        ("apps/n8n/overlays/x/secrets.enc.yml", True),
        ("apps/n8n/.hold", True),
        ("apps/team/n8n/.hold", True),
        ("apps/n8n/kustomization.yaml", True),
        ("apps/n8n/deployment.yaml", False),
        ("apps/n8n/sops.yaml", False),
        ("docs/clusters/a", False),
        ("README.md", False),
    ],
)
def test_what_a_push_may_change(path: str, is_kept: bool) -> None:  # noqa: FBT001 -- a table
    assert is_covered([*ALWAYS, *LISTS], path) is is_kept


def test_a_star_stops_at_a_slash_and_at_a_dot() -> None:
    assert is_covered(["apps/*/x.yaml"], "apps/n8n/x.yaml")
    assert not is_covered(["apps/*/x.yaml"], "apps/n8n/a/x.yaml")
    assert not is_covered(["apps/*.yaml"], "apps/a.b.yaml")
