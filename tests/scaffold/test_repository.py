"""A new infra repo, and what is missing in one that exists."""

import json
from collections.abc import Callable
from typing import TypeVar

import pytest

from infra_tool import repo, scaffold, sops, yamldoc
from infra_tool.edits import Change, MemoryTree, Overlay, Plan, Tree
from infra_tool.errors import UsageError
from infra_tool.scaffold import Holder, Key, NewRepo, RepoWanted

R = TypeVar("R")
Infra = Callable[..., Tree]
On = Callable[[Tree, Change[R]], Plan[R]]
Init = Callable[..., Plan[NewRepo]]

FILES = [
    ".gitattributes",
    ".gitea/workflows/validate.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    ".sops.yaml",
    "README.md",
    "renovate.json",
    ".infra-tool.yaml",
]


@pytest.fixture
def init(on: On, people: object) -> Init:
    def plan(tree: Tree, **options: object) -> Plan[NewRepo]:
        asked = {
            "registry": "registry.example.org",
            "owner": "team",
            "people": (Holder("Laura", Key(people.laura.recipient)),),
            "recovery": Key(people.recovery.recipient),
            **options,
        }
        return on(tree, scaffold.init(RepoWanted(name="infra", **asked)))

    return plan


def test_the_configuration_comes_last_since_it_makes_the_repo(init: Init) -> None:
    plan = init(MemoryTree({}))
    assert list(plan.edits) == FILES
    assert plan.message == "feat: infra repo"


def test_the_configuration_says_what_was_asked_for(init: Init) -> None:
    asked = {"cluster": "koala", "layout": "isolated", "remote": "git@h:o/r.git", "branch": "1.0"}
    tree = Overlay(MemoryTree({}), init(MemoryTree({}), **asked).edits)
    config = repo.load_config(tree)
    found = {name: getattr(config, name) for name in asked}
    assert found == asked
    assert (config.registry, config.owner, config.requires) == ("registry.example.org", "team", ">=0.1,<1")


@pytest.mark.parametrize("options", [{}, {"cluster": "koala", "remote": "ssh://git@h/o/r.git"}, {"branch": "1.0"}])
def test_what_is_written_can_be_read(init: Init, options: dict[str, str]) -> None:
    for path, file in init(MemoryTree({}), **options).edits.files.items():
        assert file.data.endswith(b"\n")
        assert not file.data.endswith(b"\n\n")
        assert b"{{ " not in file.data.replace(b"${{ ", b"")
        if path.endswith((".yaml", ".yml")):
            assert len(yamldoc.parse(file.data, path).documents) == 1
        if path.endswith(".json"):
            json.loads(file.data)


def test_the_rules_name_people_and_recovery(infra: Infra, people: object) -> None:
    rules = sops.load_rules(infra(cluster=False))
    assert not rules.problems
    for path in ("bootstrap/koala/x.enc.yaml", "apps/n8n/secrets.enc.yaml", "a/b.enc.yml"):
        names = {recipient.text: recipient.name for recipient in rules.require(path).recipients}
        assert names == {people.laura.recipient: "Laura", people.recovery.recipient: "recovery"}
    assert rules.match("apps/n8n/deployment.yaml") is None


def test_renovate_leaves_our_registry_alone_and_no_other(infra: Infra, init: Init) -> None:
    rules = json.loads(infra(cluster=False).read("renovate.json"))["packageRules"]
    assert [rule["matchPackageNames"] for rule in rules] == [["registry.example.org/**"]]
    config = MemoryTree({".infra-tool.yaml": b"version: 1\n"})
    plan = init(config, registry=None, owner=None)
    assert "packageRules" not in json.loads(plan.edits.files["renovate.json"].data)


@pytest.mark.parametrize("kept", FILES)
def test_what_is_there_stays(init: Init, kept: str) -> None:
    content = {".infra-tool.yaml": b"version: 1\nregistry: registry.example.org\nowner: team\n"}
    tree = MemoryTree({kept: content.get(kept, b"# mine\n"), "other.txt": b""})
    plan = init(tree)
    assert list(plan.edits) == [path for path in FILES if path != kept]
    assert plan.result.kept == (kept,)
    assert not init(Overlay(tree, plan.edits)).edits


@pytest.mark.parametrize(
    "option",
    [
        {"registry": "other"},
        {"owner": "x"},
        {"cluster": "x"},
        {"layout": "isolated"},
        {"branch": "x"},
        {"remote": "h:x"},
    ],
)
def test_other_values_than_are_configured_are_refused(infra: Infra, init: Init, option: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(option))} is .* in .infra-tool.yaml"):
        init(infra(cluster=False), **option)
    assert not init(infra(cluster=False), registry=None, owner=None).edits


def test_rules_of_someone_else_that_miss_a_file_are_told(init: Init, people: object) -> None:
    rules = f"creation_rules:\n  - path_regex: ^apps/\n    age: {people.laura.recipient}\n"
    plan = init(MemoryTree({".sops.yaml": rules.encode()}), people=(), recovery=None)
    assert plan.result.notes == (".sops.yaml has no rule for bootstrap/example/secret.enc.yaml",)
