"""`infra-tool render` of clusters and Flux Kustomizations: what Flux itself does to objects."""

import base64
import json
from pathlib import Path

import jsonschema
import pytest

from infra_tool import cli, sops

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/render.json").read_text(encoding="utf-8"))


def flux(name: str, path: str, more: str = "prune: true", source: str = "flux-system") -> str:
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata: {{name: {name}, namespace: flux-system}}\n"
        f"spec: {{path: {path}, sourceRef: {{kind: GitRepository, name: {source}}}, {more}}}\n---\n"
    )


def config(name: str, value: str = "x") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: web}}\ndata: {{a: '{value}'}}\n"


CHART = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: chart, namespace: web}\nspec: {}\n"
VARIABLES = """\
postBuild: {substitute: {WORD: hello, N: "3"},
  substituteFrom: [{kind: ConfigMap, name: vars}, {kind: Secret, name: keys}]}"""
FILES = {
    "clusters/koala/sync.yaml": flux("koala", "clusters/koala"),
    "clusters/koala/apps.yaml": flux("web", "apps/web", f"dependsOn: [{{name: base}}], {VARIABLES}")
    + flux("base", "base", "suspend: true")
    + flux("other", "elsewhere", source="other"),
    "clusters/koala/vars.yaml": config("vars", "${WORD}").replace("web", "flux-system").replace("{a:", "{FROM:"),
    "base/deep/base.yaml": config("base"),
    "apps/web/a.yaml": config("a", "${WORD} ${FROM} ${KEY} ${NOBODY:=nobody} $$1") + "---\n" + CHART,
    "apps/web/n.yaml": "apiVersion: x/v1\nkind: X\nmetadata: {name: n, namespace: web}\nspec: {n: '${N}'}\n",
}


def write(repo: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def repo(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(git_repo, FILES)
    monkeypatch.chdir(git_repo)
    return git_repo


@pytest.mark.usefixtures("repo")
def test_a_cluster_is_all_that_it_gets_in_the_order_of_flux(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "koala", "--format", "json"]) == 0
    said = capsys.readouterr()
    found = json.loads(said.out)
    jsonschema.validate(found, SCHEMA)
    assert [(one["kind"], one["name"], one["by"]) for one in found["result"]["objects"]] == [
        ("ConfigMap", "vars", "flux-system/koala"),
        ("Kustomization", "base", "flux-system/koala"),
        ("Kustomization", "koala", "flux-system/koala"),
        ("Kustomization", "other", "flux-system/koala"),
        ("Kustomization", "web", "flux-system/koala"),
        ("ConfigMap", "base", "flux-system/base"),
        ("ConfigMap", "a", "flux-system/web"),
        ("HelmRelease", "chart", "flux-system/web"),
        ("X", "n", "flux-system/web"),
    ]
    assert said.err.splitlines() == [
        "flux-system/base is suspended: Flux applies it when that ends",
        "flux-system/other applies what is not in this repo",
        "1 HelmRelease: what the charts make is not rendered",
    ]


def test_what_is_not_shown_is_named(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, {"clusters/koala/apps.yaml": flux("hidden", '"./${WHERE}"') + flux("lost", "apps/lost")})
    assert cli.main(["render", "koala"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "flux-system/hidden is not shown: its path holds a variable",
        "flux-system/lost is not shown: there is no apps/lost",
    ]


@pytest.mark.usefixtures("repo")
def test_variables_are_shown_as_they_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "web"]) == 0
    assert "  a: ${WORD} ${FROM} ${KEY} ${NOBODY:=nobody} $$1\n" in capsys.readouterr().out


def test_variables_are_replaced_when_asked_for(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "web", "--substitute"]) == 0
    found = capsys.readouterr().out
    assert "  a: hello ${WORD} ${KEY} ${NOBODY:=nobody} $1\n" in found
    assert '  "n": 3\n' in found
    plain = config("keys").replace("web", "flux-system").replace("ConfigMap", "Secret")
    write(repo, {"clusters/koala/keys.yaml": plain})
    assert cli.main(["render", "web", "--substitute"]) == 0
    assert "  a: hello ${WORD}  nobody $1\n" in capsys.readouterr().out
    write(repo, {"clusters/koala/keys.yaml": plain.replace("{a: 'x'}", "{KEY: aHVudGVyMg==}")})
    assert cli.main(["render", "web", "--substitute"]) == 0
    assert "  a: hello ${WORD} ${KEY} nobody $1\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("post_build", "value"),
    [
        ('{substitute: {WORD: "two\\nlines"}}', "twolines"),
        ("{substituteStrategy: Always}", "null"),
        ("{substitute: {}}", "${WORD}"),
    ],
)
def test_variables_as_flux_takes_them(
    post_build: str, value: str, repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repo, {"clusters/koala/apps.yaml": flux("web", "apps/web", f"postBuild: {post_build}")})
    write(repo, {"apps/web/a.yaml": config("a", "${WORD}")})
    assert cli.main(["render", "web", "--substitute"]) == 0
    assert f"  a: {value}\n" in capsys.readouterr().out


def encrypted(repo: Path, home: Path, names: tuple[str, ...]) -> None:
    """Encrypt files to a key that this machine has."""
    person = sops.generate_identity()
    path = home / ".config/sops/age/keys.txt"
    path.parent.mkdir(parents=True)
    path.write_text(person.secret.reveal(), encoding="utf-8")
    rule = f"creation_rules: [{{path_regex: enc, encrypted_regex: ^(data|stringData)$, age: {person.recipient}}}]\n"
    write(repo, {".sops.yaml": rule})
    assert cli.main(["encrypt-secret", *names]) == 0


@pytest.fixture
def secrets(repo: Path, home: Path) -> tuple[str, ...]:
    """Encrypt two Secrets: one that pods read, one that Flux takes variables from; return what nobody may see."""
    data = {"KEY": base64.b64encode(b"from-secret").decode()}
    keys = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: keys, namespace: flux-system}}\ndata: {json.dumps(data)}\n"
    login = "apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {a: hunter2, b: '12'}\n"
    names = ("clusters/koala/keys.enc.yaml", "apps/web/login.enc.yaml")
    write(repo, dict(zip(names, (keys, login), strict=True)))
    encrypted(repo, home, names)
    return ("hunter2", data["KEY"], "from-secret")


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["--substitute"], ["--origin"]])
@pytest.mark.parametrize("what", ["koala", "web"])
def test_nothing_is_decrypted_by_accident(
    what: str, options: list[str], secrets: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert cli.main(["render", what, *options]) == 0
    said = "".join(capsys.readouterr())
    assert "ENC[" in said
    assert not [secret for secret in secrets if secret in said]


@pytest.mark.usefixtures("secrets")
def test_what_a_key_opens_is_revealed(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, {"apps/web/kustomization.yaml": "resources: [login.enc.yaml]\nnamespace: web\n"})
    capsys.readouterr()
    for what in ("web", "apps/web"):
        assert cli.main(["render", what, "--reveal"]) == 0
        assert capsys.readouterr().out == (
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\n  namespace: web\n"
            'stringData:\n  a: hunter2\n  b: "12"\n'
        )


@pytest.mark.usefixtures("secrets")
def test_variables_of_secrets_are_revealed_too(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert cli.main(["render", "web", "--reveal", "--substitute"]) == 0
    assert "  a: hello ${WORD} from-secret nobody $1\n" in capsys.readouterr().out


def test_an_error_does_not_quote_what_was_decrypted(repo: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "clusters/koala/keys.enc.yaml"
    keys = "apiVersion: v1\nkind: Secret\nmetadata: {name: keys, namespace: flux-system}\nstringData: {P: '*hunter2'}\n"
    write(repo, {name: keys, "apps/web/b.yaml": config("b").replace("data: {a: 'x'}", "data:\n  b: ${P}")})
    encrypted(repo, home, (name,))
    capsys.readouterr()
    assert cli.main(["render", "web", "--substitute", "--reveal"]) == 3
    said = "".join(capsys.readouterr())
    assert "apps/web/b.yaml:5" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("options", [[], ["--substitute"]])
@pytest.mark.usefixtures("secrets")
def test_nothing_is_opened_but_what_is_shown(
    options: list[str], repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that was changed by hand is an error where it is opened."""
    text = (repo / "apps/web/login.enc.yaml").read_text(encoding="utf-8")
    write(repo, {"base/login.enc.yaml": text.replace("name: login", "name: other")})
    assert cli.main(["render", "base", "--reveal"]) == 3
    capsys.readouterr()
    assert cli.main(["render", "web", "--reveal", *options]) == 0
    assert "hunter2" in capsys.readouterr().out


@pytest.mark.usefixtures("secrets")
def test_what_no_key_opens_stays_and_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / ".config/sops/age/keys.txt").write_text(sops.generate_identity().secret.reveal(), encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["render", "web", "--reveal"]) == 0
    said = capsys.readouterr()
    assert "ENC[" in said.out
    assert "not decrypted: apps/web/login.enc.yaml: " in said.err


@pytest.mark.usefixtures("secrets")
def test_a_file_that_was_changed_by_hand_is_an_error(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = repo / "apps/web/login.enc.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("name: login", "name: other"), encoding="utf-8")
    assert cli.main(["render", "web", "--reveal"]) == 3
    assert "does not match its MAC" in capsys.readouterr().err


def test_a_name_that_two_clusters_use(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, {"clusters/lion/apps.yaml": flux("web", "base")})
    assert cli.main(["render", "web"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: several Flux Kustomizations are named web",
        "hint: one of koala/flux-system/web, lion/flux-system/web",
    ]
    assert cli.main(["render", "lion/web"]) == 0
    assert "name: base" in capsys.readouterr().out


@pytest.mark.usefixtures("repo")
def test_a_repo_without_clusters(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repo / "clusters").rename(repo / "flux")
    (repo / "flux/koala/sync.yaml").unlink()
    assert cli.main(["render", "web"]) == 0
    assert "kind: HelmRelease" in capsys.readouterr().out


@pytest.mark.interop
@pytest.mark.usefixtures("interop_bin")
def test_the_program_refuses_what_it_does_not_know(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, {"apps/web/kustomization.yaml": "resources: [a.yaml]\n"})
    write(repo, {"clusters/koala/apps.yaml": flux("web", "apps/web", "targetNamespace: x")})
    assert cli.main(["render", "web", "--engine", "kustomize"]) == 3
    assert capsys.readouterr().err.startswith(
        "error: clusters/koala/apps.yaml:4: kustomize does not know spec.targetNamespace"
    )
