"""Templates of one's own: from a directory or a git repository, trusted or not."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from infra_tool import scaffold, sops, yamldoc
from infra_tool.edits import Change, Plan, Tree
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.scaffold import NewService, Wanted, sealing
from infra_tool.sops import Entropy

R = TypeVar("R")
Infra = Callable[..., Tree]
On = Callable[[Tree, Change[R]], Plan[R]]
Write = Callable[..., Path]
Use = Callable[..., Plan[NewService]]

FILES = {
    "copier.yml": "service: {type: str}\nsize: {type: int, default: 1}\n_version: 7\n",
    "kustomization.yaml.jinja": "resources: []  # {{ service }} {{ size }} {{ image }}\n",
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a template, with files in place of or besides the usual ones."""

    def put(**files: str | None) -> Path:
        place = tmp_path / "own"
        for name, text in {**FILES, **files}.items():
            if text is not None:
                path = place / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        return place

    return put


@pytest.fixture
def use(infra: Infra, on: On, entropy: Entropy) -> Use:
    """Make a service from a template."""

    def new(source: Path | str, *, trusted: bool = False, **options: object) -> Plan[NewService]:
        with scaffold.templates.opened(str(source), "service") as template:
            change = scaffold.new_service(
                Wanted(name="n8n", **options), template, entropy=entropy, lint=lambda _: (), trusted=trusted
            )
            return on(infra(), change)

    return new


def content(plan: Plan[NewService], name: str) -> str:
    return plan.edits.files[f"apps/n8n/{name}"].data.decode()


def git(place: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=place, check=True, capture_output=True, text=True).stdout.strip()


def test_a_directory(write: Write, use: Use) -> None:
    plan = use(write(), data={"size": "2"})
    assert content(plan, "kustomization.yaml") == "resources: []  # n8n 2 registry.example.org/team/n8n\n"
    recorded = content(plan, ".copier-answers.yml")
    assert '_src_path: directory:own\n_version: "7"\n' in recorded
    assert str(write().parent) not in recorded
    assert "size: 2\n" in recorded


def test_what_is_there_counts_not_the_newest_tag_of_a_repository(write: Write, use: Use) -> None:
    place = write()
    git(place, "init", "-q")
    git(place, "add", "-A")
    git(place, "commit", "-qm", "first")
    git(place, "tag", "v1")
    (place / "kustomization.yaml.jinja").write_text("resources: []  # newer\n")
    for trusted in (False, True):
        assert content(use(place, trusted=trusted), "kustomization.yaml").endswith("# newer\n")


def test_a_git_repository_is_recorded_with_its_commit(write: Write, use: Use) -> None:
    place = write()
    git(place, "init", "-q")
    git(place, "add", "-A")
    git(place, "commit", "-qm", "first")
    url = f"file://{place}"
    recorded = content(use(url), ".copier-answers.yml")
    assert f"_src_path: {url}\n_version: {git(place, 'rev-parse', 'HEAD')}\n" in recorded.replace('"', "")


def test_an_answers_file_of_the_template_is_replaced_by_ours(write: Write, use: Use) -> None:
    plan = use(write(**{"{{_copier_conf.answers_file}}.jinja": "{{ _copier_answers|to_nice_yaml }}"}))
    assert "directory:own" in content(plan, ".copier-answers.yml")


def test_secrets_know_what_the_template_computes(write: Write, use: Use, people: object) -> None:
    manifest = (
        "kind: Secret\nmetadata:\n  name: {{ full }}\n"
        "stringData:\n{% for key, value in values.items() %}  {{ key }}: {{ value | tojson }}\n{% endfor %}"
    )
    questions = FILES["copier.yml"] + "full: {type: str, when: false, default: '{{ service }}-x'}\n"
    plan = use(write(**{"copier.yml": questions, "{{ full }}.enc.yaml.jinja": manifest}), generate=("A",))
    data = plan.edits.files["apps/n8n/n8n-x.enc.yaml"].data
    root = yamldoc.parse(data).documents[0].root
    assert yamldoc.text(root, "metadata", "name") == "n8n-x"
    opened = sops.open_file(data, "apps/n8n/n8n-x.enc.yaml", people.keys(people.laura))
    assert len(opened.text((0, ("stringData", "A")))) == 64
    assert "full" not in content(plan, ".copier-answers.yml")


RUNS_CODE = {
    "tasks": {"copier.yml": FILES["copier.yml"] + "_tasks: ['touch made-by-task']\n"},
    "migrations": {"copier.yml": FILES["copier.yml"] + "_migrations: [{command: 'true'}]\n"},
    "extensions": {"copier.yml": FILES["copier.yml"] + "_jinja_extensions: [jinja2.ext.do]\n"},
    "tasks in another document": {"copier.yml": FILES["copier.yml"] + "---\n_tasks: ['touch made-by-task']\n"},
}


@pytest.mark.parametrize("files", RUNS_CODE.values(), ids=RUNS_CODE.keys())
def test_code_of_the_template_runs_only_when_it_is_trusted(write: Write, use: Use, files: dict[str, str]) -> None:
    place = write(**files)
    with pytest.raises(UsageError, match="run code on this machine") as caught:
        use(place)
    assert "--trust" in caught.value.hint
    plan = use(place, trusted=True)
    assert ("apps/n8n/made-by-task" in plan.edits.files) == ("_tasks" in files["copier.yml"])


def test_what_is_included_may_ask_to_run_code_too(write: Write, use: Use) -> None:
    questions = FILES["copier.yml"] + "---\n!include more.yml\n"
    place = write(**{"copier.yml": questions, "more.yml": "_tasks: ['touch made-by-task']\n"})
    with pytest.raises(UsageError):
        use(place)


def test_a_secret_is_no_answer(write: Write, use: Use) -> None:
    place = write(**{"copier.yml": FILES["copier.yml"] + "token: {type: str, secret: true, default: ''}\n"})
    assert "token" not in content(use(place), ".copier-answers.yml")
    with pytest.raises(UsageError, match="token is a secret") as caught:
        use(place, data={"token": "correct-horse"})
    assert "horse" not in str(caught.value)


def test_modes_and_links_of_the_template_are_kept(write: Write, use: Use) -> None:
    place = write(run="#!/bin/sh\n", **{"copier.yml": FILES["copier.yml"] + "_preserve_symlinks: true\n"})
    (place / "run").chmod(0o755)
    (place / "link").symlink_to("run")
    files = use(place).edits.files
    assert files["apps/n8n/run"].mode == "100755"
    assert (files["apps/n8n/link"].mode, files["apps/n8n/link"].data) == ("120000", b"run")


@pytest.mark.parametrize("path", ["../../x", "/etc/x"])
def test_a_secret_outside_of_the_service_is_refused(write: Write, path: str) -> None:
    place = write(**{"{{ path }}.enc.yaml.jinja": "stringData: {a: b}\n"})
    with (
        scaffold.templates.opened(str(place), "service") as template,
        pytest.raises(UsageError, match="outside its directory"),
    ):
        sealing.render_secrets(template, {"path": path}, {})


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # as below
def test_a_link_that_leaves_the_template_is_refused(write: Write, use: Use, tmp_path: Path) -> None:
    (tmp_path / "private").touch()
    place = write()
    (place / "link").symlink_to(tmp_path / "private")
    with pytest.raises(UsageError, match="forbidden"):
        use(place, trusted=True)


@pytest.mark.parametrize(
    "files",
    [
        {"x.jinja": "{{ 1 / 0 }}"},
        {"x.jinja": "{{ unknown | tojson }}"},
        {"x.jinja": "{% if %}"},
        {"x.jinja": "{{ none.x.y }}"},
        {"s.enc.yaml.jinja": "{{ unknown }}"},
        {"copier.yml": FILES["copier.yml"] + "needed: {type: str}\n"},
        {"copier.yml": "service: {type: str, validator: 'no'}\n"},
    ],
    ids=str,
)
# Copier leaves a directory listing open when a file of it cannot be rendered.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broken_template_is_told_and_nothing_is_planned(write: Write, use: Use, files: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        use(write(**files))


def test_a_template_without_files_is_told(write: Write, use: Use) -> None:
    with pytest.raises(InfraToolError, match="rendered no file"):
        use(write(**{"kustomization.yaml.jinja": None}))


@pytest.mark.parametrize("source", ["nowhere", "/nowhere/at/all"])
def test_no_template(use: Use, source: str) -> None:
    with pytest.raises(UsageError, match="there is no template"):
        use(source)


def test_a_directory_that_is_no_template(use: Use, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no Copier template"):
        use(tmp_path)


def test_a_repository_that_cannot_be_cloned(use: Use, tmp_path: Path) -> None:
    with pytest.raises(InfraToolError):
        use(f"file://{tmp_path}/nothing.git")


def test_a_password_in_the_url_is_refused_and_not_repeated(use: Use) -> None:
    with pytest.raises(UsageError) as caught:
        use("https://user:correct-horse@example.invalid/template.git")
    assert "horse" not in str(caught.value)


@pytest.fixture(autouse=True)
def nothing_left(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """See that no temporary directory outlives a template."""
    place = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(place))
    yield
    assert not list(place.iterdir())
