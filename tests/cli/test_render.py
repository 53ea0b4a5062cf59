"""`infra-tool render` as a person runs it."""

import json
from pathlib import Path

import jsonschema
import pytest

from infra_tool import cli

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/render.json").read_text(encoding="utf-8"))
FILES = {
    "apps/web/kustomization.yaml": (
        "resources: [a.yaml]\nnamespace: web\nconfigMapGenerator:\n- {name: c, literals: [a=1]}\n"
    ),
    "apps/web/a.yaml": "# the service\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n",
    "apps/chart/kustomization.yaml": "helmCharts: [{name: x}]\n",
    "apps/broken/kustomization.yaml": "resources: [b.yaml]\n",
    "kustomization.yaml": "resources: [apps/web]\n",
}
WEB = """\
apiVersion: v1
data:
  a: "1"
kind: ConfigMap
metadata:
  name: c-h29d89cmmt
  namespace: web
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: web
"""


@pytest.fixture
def repo(git_repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = git_repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(git_repo)
    return git_repo


@pytest.mark.usefixtures("repo")
def test_a_directory_is_printed_as_kustomize_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "apps/web"]) == 0
    assert capsys.readouterr().out == WEB


def test_it_works_from_a_sub_directory(
    repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repo / "apps")
    assert cli.main(["render", "web"]) == 0
    assert capsys.readouterr().out == WEB


@pytest.mark.usefixtures("repo")
def test_origins_are_comments(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "--origin", "apps/web"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "# apps/web/kustomization.yaml:4",
        "# apps/web/a.yaml:2",
    ]


@pytest.mark.usefixtures("repo")
def test_json_names_objects_and_their_places(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "apps/web", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    assert [(one["kind"], one["name"], one["path"], one["line"]) for one in found["result"]["objects"]] == [
        ("ConfigMap", "c-h29d89cmmt", "apps/web/kustomization.yaml", 4),
        ("Service", "web", "apps/web/a.yaml", 2),
    ]
    assert found["result"]["objects"][0]["manifest"]["data"] == {"a": "1"}


FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web-sync, namespace: flux-system}
spec: {path: ./apps/web, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
"""


def test_clusters_and_flux_kustomizations_by_name(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cluster = repo / "clusters/koala"
    cluster.mkdir(parents=True)
    (cluster / "kustomization.yaml").write_text("resources: [sync.yaml]\n", encoding="utf-8")
    (cluster / "sync.yaml").write_text(FLUX, encoding="utf-8")
    assert cli.main(["render", "koala"]) == 0
    assert "name: web-sync" in capsys.readouterr().out
    assert cli.main(["render", "web-sync"]) == 0
    assert capsys.readouterr().out == WEB
    (cluster / "sync.yaml").write_text(FLUX.replace("prune", "targetNamespace: x, prune"), encoding="utf-8")
    assert cli.main(["render", "flux-system/web-sync"]) == 0
    assert capsys.readouterr().out == WEB.replace("namespace: web", "namespace: x")


@pytest.mark.usefixtures("repo")
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["apps/broken"], 3, "error: apps/broken/kustomization.yaml:1: resources names apps/broken/b.yaml"),
        (["apps/chart"], 3, "error: apps/chart/kustomization.yaml:1: helmCharts is not rendered natively"),
        (["apps"], 3, "error: apps: there is no kustomization file"),
        (["nowhere"], 2, "error: there is no directory, cluster or Flux Kustomization nowhere"),
        (["--all", "apps"], 2, "error: --all and --out go together"),
        (["--all", "apps", "--out", "x", "--reveal"], 2, "error: --all writes what kustomize makes"),
        (["apps/web", "--substitute"], 2, "error: --substitute goes with a cluster or a Flux Kustomization"),
        (["apps/web", "--reveal", "--engine", "kustomize"], 2, "error: --reveal and --substitute go with the native"),
    ],
)
def test_what_cannot_be_rendered_says_where(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    assert cli.main(["render", *arguments]) == code
    assert capsys.readouterr().err.startswith(message)


def test_all_kustomizations_below_a_directory(repo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert cli.main(["render", "--all", str(repo), "--out", str(out), "--format", "json"]) == 3
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert files == ["_root.yaml", "apps/broken.error", "apps/chart.unsupported", "apps/web.yaml"]
    assert (
        (out / "apps/web.yaml").read_text(encoding="utf-8") == (out / "_root.yaml").read_text(encoding="utf-8") == WEB
    )
    assert "helmCharts" in (out / "apps/chart.unsupported").read_text(encoding="utf-8")
    assert {file["directory"]: file["status"] for file in found["result"]["files"]} == {
        "": "rendered",
        "apps/broken": "error",
        "apps/chart": "unsupported",
        "apps/web": "rendered",
    }


@pytest.mark.interop
@pytest.mark.usefixtures("interop_bin", "repo")
def test_the_program_renders_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "apps/web", "--engine", "kustomize"]) == 0
    assert capsys.readouterr().out == WEB


def test_all_kustomizations_with_their_origins(repo: Path, tmp_path: Path) -> None:
    assert cli.main(["render", "--all", str(repo / "apps"), "--out", str(tmp_path / "out"), "--origin"]) == 3
    lines = (tmp_path / "out/web.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(("#", "---"))] == [
        "# apps/web/kustomization.yaml:4",
        "---",
        "# apps/web/a.yaml:2",
    ]


@pytest.mark.usefixtures("repo")
def test_what_is_not_supported_is_no_error_of_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "--all", "apps/chart", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().err.endswith("\n0 rendered, 1 unsupported, 0 error\n")


def test_what_an_earlier_run_wrote_goes(repo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["render", "--all", "apps", "--out", str(out)]
    assert cli.main(command) == 3
    (repo / "apps/web/a.yaml").unlink()
    (repo / "apps/broken/b.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: b}\n", encoding="utf-8")
    assert cli.main(command) == 3
    assert sorted(path.name for path in out.iterdir()) == ["broken.yaml", "chart.unsupported", "web.error"]


@pytest.mark.parametrize("link", ["apps", "apps/web.yaml"])
@pytest.mark.usefixtures("repo")
def test_nothing_is_written_through_a_symlink(tmp_path: Path, capsys: pytest.CaptureFixture[str], link: str) -> None:
    out, outside = tmp_path / "out", tmp_path / "outside"
    (out / link).parent.mkdir(parents=True)
    if link == "apps":
        outside.mkdir()
    else:
        outside.write_text("mine", encoding="utf-8")
    (out / link).symlink_to(outside)
    assert cli.main(["render", "--all", ".", "--out", str(out)]) == 3
    assert "through" in capsys.readouterr().err
    assert (list(outside.iterdir()) == []) if link == "apps" else (outside.read_text(encoding="utf-8") == "mine")


@pytest.mark.usefixtures("repo")
def test_a_file_is_a_whole_one_or_the_old_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    command = ["render", "--all", "apps/web", "--out", str(tmp_path / "out")]
    assert cli.main(command) == 0
    monkeypatch.setattr(Path, "replace", full)
    assert cli.main([*command, "--origin"]) == 3
    assert capsys.readouterr().err.endswith("_root.yaml: cannot be written: No space left on device\n")
    (page,) = (tmp_path / "out").iterdir()
    assert (page.name, page.read_text(encoding="utf-8")) == ("_root.yaml", WEB)


def test_a_directory_that_cannot_be_made_is_no_bug(
    repo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert cli.main(["render", "--all", str(repo), "--out", str(tmp_path / "file")]) == 3
    assert capsys.readouterr().err.startswith(f"error: {tmp_path / 'file/_root.yaml'}: cannot be written: ")


def test_a_file_name_stays_in_its_comment(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repo / "apps/web/a\nkind: x.yaml").write_bytes((repo / "apps/web/a.yaml").read_bytes())
    (repo / "apps/web/kustomization.yaml").write_text('resources: ["a\\nkind: x.yaml"]\n', encoding="utf-8")
    assert cli.main(["render", "--origin", "apps/web"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "# apps/web/a\\nkind: x.yaml:2"
