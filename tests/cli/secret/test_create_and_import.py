"""New Secrets: of each type, from each source, named in the kustomization file, the same again nothing to do."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.secret.conftest import Repo

PATH = "apps/n8n/smtp.enc.yaml"
KUSTOMIZATION = "apps/n8n/kustomization.yaml"
PLANTED = "hunter2-planted"
ENV = f"""\
# of the old server
PLAIN={PLANTED}   # why
export SPACED = "two words\\n"
SINGLE='$not #expanded \\n'
EMPTY=
TWICE=one
TWICE=two
"""


def text(source: str) -> str:
    return base64.b64encode(source.encode()).decode()


FROM_CLUSTER = f"""\
apiVersion: v1
kind: Secret
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {{"stringData":{{"A":"{PLANTED}"}}}}
  creationTimestamp: "2026-01-01T00:00:00Z"
  labels: {{app: mail, kustomize.toolkit.fluxcd.io/name: apps}}
  name: mail
  namespace: mail
  resourceVersion: "1"
  uid: 0-0
type: kubernetes.io/basic-auth
data:
  username: {text("mail")}
  password: {text(PLANTED)}
"""


def test_a_new_secret_is_named_where_it_is_applied(repo: Repo) -> None:
    said = repo.run("secret", "create", PATH, "--from-stdin", "PASSWORD", "--format", "json", stdin=b"hunter2-planted")
    assert said.result("secret-create") == {
        "path": PATH,
        "name": "n8n-smtp",
        "action": "created",
        "keys": ["PASSWORD"],
        "listed_in": KUSTOMIZATION,
        "restarted": [],
        "commit": None,
    }
    head = repo.read(PATH).split("  PASSWORD: ENC[")[0]
    assert head == "apiVersion: v1\nkind: Secret\nmetadata:\n  name: n8n-smtp\ntype: Opaque\nstringData:\n"
    assert "  - smtp.enc.yaml\n" in repo.read(KUSTOMIZATION)
    assert repo.get("PASSWORD", PATH) == PLANTED
    assert repo.run("secret", "check").code == 0


def test_the_same_again_is_nothing_and_another_one_is_refused(repo: Repo) -> None:
    arguments = ("secret", "create", PATH, "--from-stdin", "A", "--generate", "B", "--commit")
    assert repo.run(*arguments, stdin=b"x").code == 0
    again = repo.run(*arguments, stdin=b"x")
    assert (again.code, again.out) == (0, f"{PATH}: Secret n8n-smtp is there already: nothing to do\n")
    for more, stdin in (((), b"y"), (("--name", "other"), b"x"), (("--generate", "C"), b"x")):
        other = repo.run(*arguments, *more, stdin=stdin)
        assert (other.code, "exists already, with another content" in other.err) == (2, True)
    fewer = repo.run("secret", "create", PATH, "--from-stdin", "A", stdin=b"x")
    assert (fewer.code, "exists already, with another content" in fewer.err) == (2, True)


def test_a_registration_that_a_kill_left_out_is_completed(repo: Repo) -> None:
    before = repo.read(KUSTOMIZATION)
    arguments = ("secret", "create", PATH, "--from-stdin", "A")
    assert repo.run(*arguments, stdin=b"x").code == 0
    after = repo.read(KUSTOMIZATION)
    repo.write(KUSTOMIZATION, before)
    assert repo.run(*arguments, stdin=b"x").code == 0
    assert repo.read(KUSTOMIZATION) == after


def test_what_flux_would_substitute_and_what_is_no_text_is_base64(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(b"\xff\x00")
    (tmp_path / "dollar").write_text("a${B}c", encoding="utf-8")
    files = [f"--from-file={tmp_path / name}" for name in ("raw", "dollar")]
    assert repo.run("secret", "create", PATH, *files, "--generate", "TEXT", "--namespace", "other").code == 0
    head = repo.read(PATH)
    assert head.index("data:\n") < head.index("  raw: ENC[") < head.index("stringData:\n") < head.index("  TEXT: ENC[")
    assert "  namespace: other\n" in head
    assert repo.get("dollar", PATH) == "a${B}c"


def test_each_type(repo: Repo, tmp_path: Path) -> None:
    for name in ("tls.crt", "tls.key", "id"):
        (tmp_path / name).write_text(f"{name}\n", encoding="utf-8")
    pem = [f"--from-file={tmp_path / name}" for name in ("tls.crt", "tls.key")]
    cases: dict[str, tuple[str, ...]] = {
        "tls": tuple(pem),
        "ssh": (f"--from-file=ssh-privatekey={tmp_path / 'id'}",),
        "basic-auth": ("--user", "me", "--from-stdin", "password"),
        "docker-registry": ("--user", "me", "--from-stdin", "password"),
    }
    for kind, arguments in cases.items():
        path = f"apps/n8n/{kind}.enc.yaml"
        said = repo.run("secret", "create", path, "--type", kind, *arguments, stdin=PLANTED.encode())
        assert said.code == 0, said.err
    assert "type: kubernetes.io/tls\n" in repo.read("apps/n8n/tls.enc.yaml")
    assert "type: kubernetes.io/ssh-auth\n" in repo.read("apps/n8n/ssh.enc.yaml")
    assert repo.get("username", "apps/n8n/basic-auth.enc.yaml") == "me"
    held = json.loads(repo.get(".dockerconfigjson", "apps/n8n/docker-registry.enc.yaml"))
    assert held["auths"]["registry.example.test"]["password"] == PLANTED
    assert repo.run("lint", "--select", "S").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--type", "tls", "--generate", "tls.key"), "a Secret of type tls needs tls.crt"),
        (("--type", "basic-auth", "--generate", "password"), "a Secret of type basic-auth needs username"),
        (("--user", "me", "--generate", "password"), "--user is for --type docker-registry and basic-auth"),
        (("--user", "me", "--type", "basic-auth"), "there is no terminal to ask for a value"),
        (("A=hunter2-planted",), "a secret value is never an argument"),
    ],
)
def test_wrong_usage(repo: Repo, arguments: tuple[str, ...], words: str) -> None:
    said = repo.run("secret", "create", PATH, *arguments)
    assert (said.code, words in said.err, PLANTED in said.err) == (2, True, False)
    assert repo.git("status", "--porcelain") == ""


def test_a_place_without_rule_or_kustomization(repo: Repo) -> None:
    unruled = repo.run("secret", "create", "apps/n8n/plain.yaml", "--generate", "A")
    assert (unruled.code, "no creation rule matches this path" in unruled.err) == (2, True)
    lonely = repo.run("secret", "create", "other/x.enc.yaml", "--generate", "A")
    assert lonely.code == 0
    assert lonely.err == "warning: no kustomization file lies beside other/x.enc.yaml, so nothing applies it yet\n"


def test_an_environment_file(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(ENV, encoding="utf-8")
    said = repo.run("secret", "import", PATH, str(tmp_path / ".env"), "--format", "json")
    result = said.result("secret-import")
    assert (result["action"], result["keys"]) == ("created", ["PLAIN", "SPACED", "SINGLE", "EMPTY", "TWICE"])
    assert [repo.get(key, PATH) for key in result["keys"]] == [
        PLANTED,
        "two words\n",
        "$not #expanded \\n",
        "",
        "two",
    ]
    assert repo.run("secret", "create", PATH, "--from-env-file", "-", stdin=ENV.encode()).code == 0
    assert PLANTED not in said.out + repo.read(PATH)


def test_values_join_a_secret_that_is_there(repo: Repo) -> None:
    path = "apps/n8n/secrets.enc.yaml"
    said = repo.run("secret", "import", path, "-", stdin=b"API_KEY=new\nMORE=x\n")
    assert (said.code, said.out.splitlines()[0]) == (0, f"{path}: Secret n8n has new values")
    assert [repo.get(key) for key in ("API_KEY", "MORE", "ENCRYPTION_KEY")] == ["new", "x", "correct-horse"]
    again = repo.run("secret", "import", path, "-", stdin=b"API_KEY=new\nMORE=x\n")
    assert again.out == f"{path}: Secret n8n is there already: nothing to do\n"


def test_what_kubectl_prints(repo: Repo) -> None:
    said = repo.run("secret", "import", PATH, "-", stdin=FROM_CLUSTER.encode())
    assert said.code == 0, said.err
    head = repo.read(PATH).split("stringData:")[0]
    assert head == (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: mail\n  labels:\n    app: mail\n"
        "type: kubernetes.io/basic-auth\n"
    )
    assert repo.get("password", PATH) == PLANTED
    listed = f"apiVersion: v1\nkind: List\nitems:\n- {FROM_CLUSTER.replace(chr(10), chr(10) + '  ')}"
    assert repo.run("secret", "import", PATH, "-", "--check", stdin=listed.encode()).code == 0


def test_a_docker_login(repo: Repo) -> None:
    login = {"auths": {"registry.example.test": {"auth": text(f"me:{PLANTED}")}}, "credsStore": "x"}
    assert repo.run("secret", "import", PATH, "-", stdin=json.dumps(login).encode()).code == 0
    assert "type: kubernetes.io/dockerconfigjson\n" in repo.read(PATH)
    assert json.loads(repo.get(".dockerconfigjson", PATH)) == {"auths": login["auths"]}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (f"A={PLANTED}\nno line {PLANTED}\n", "-:2: is no line of an environment file"),
        (f'A="{PLANTED}\n', "-:1: is no line of an environment file"),
        ("# nothing\n", "-: holds no value"),
        ("kind: ConfigMap\n", "holds no Secret"),
        (f"kind: Secret\ndata: {{A: '{PLANTED}!'}}\n", "data.A is not base64"),
        ("kind: List\nitems: []\n", "holds no Secret"),
    ],
)
def test_what_cannot_be_imported(repo: Repo, source: str, words: str) -> None:
    said = repo.run("secret", "import", PATH, "-", stdin=source.encode())
    assert (said.code, words in said.err, PLANTED in said.err) == (3, True, False)
    assert repo.git("status", "--porcelain") == ""
