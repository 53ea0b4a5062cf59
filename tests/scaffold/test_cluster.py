"""A new cluster: its key, whom its secrets are for, the Flux objects that are missing, its pull secret."""

import json
from collections.abc import Callable
from typing import TypeVar

import pytest

from infra_tool import scaffold, sops, yamldoc
from infra_tool.edits import Change, Edits, MemoryTree, Overlay, Plan, Tree
from infra_tool.errors import UsageError
from infra_tool.scaffold import ClusterWanted, NewCluster
from infra_tool.scaffold.pull import Login
from infra_tool.sops import Entropy, Identity, Secret

R = TypeVar("R")
Infra = Callable[..., Tree]
On = Callable[[Tree, Change[R]], Plan[R]]
Add = Callable[..., Plan[NewCluster]]

KEY = "bootstrap/koala/sops-age.enc.yaml"
PULL = "components/registry-pull/secret.enc.yaml"
LIST = "clusters/koala/kustomization.yaml"
TOKEN = Secret("correct-horse")
BOOTSTRAPPED = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  url: ssh://git@git.example.org/other/repo.git
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: flux-system
spec:
  path: ./clusters/koala
  sourceRef:
    kind: GitRepository
    name: flux-system
"""


@pytest.fixture
def add(on: On, people: object, entropy: Entropy) -> Add:
    """Plan the cluster koala, or another, with the key of koala or another."""

    def plan(tree: Tree, name: str = "koala", *, key: Identity | None = None, **options: object) -> Plan[NewCluster]:
        return on(tree, scaffold.new_cluster(ClusterWanted(name=name, **options), key or people.koala, entropy))

    return plan


def value(tree: Tree, path: str, key: str, holder: object, people: object) -> str | None:
    return sops.open_file(tree.read(path), path, people.keys(holder)).text((0, ("stringData", key)))


def resources(tree: Tree, path: str = LIST) -> list[str]:
    return yamldoc.resolve(yamldoc.parse(tree.read(path)).documents[0].root, "manifest")["resources"]


def test_the_files_of_a_cluster_are_written_in_an_order_that_a_kill_may_cut(infra: Infra, add: Add) -> None:
    plan = add(infra(cluster=False))
    assert list(plan.edits) == [
        "bootstrap/koala/infra-git.enc.yaml",
        KEY,
        PULL,
        ".sops.yaml",
        "clusters/koala/flux-system/kustomization.yaml",
        "clusters/koala/flux-system/source.yaml",
        "clusters/koala/flux-system/sync.yaml",
        "components/registry-pull/kustomization.yaml",
        LIST,
    ]
    assert plan.message == "feat(koala): new cluster"
    assert (plan.result.pull, plan.result.followed_by) == ("stub", None)


def test_a_cluster_that_was_left_half_made_is_completed_with_its_own_key(
    infra: Infra, add: Add, people: object
) -> None:
    tree = infra(cluster=False)
    edits = add(tree).edits
    for count in range(1, len(edits.files)):
        first = Overlay(tree, Edits(dict(list(edits.files.items())[:count])))
        plan = add(first, key=sops.generate_identity())
        assert (plan.result.recipient == people.koala.recipient) == (KEY in first.entries)
        assert list(Overlay(first, plan.edits).entries) == list(Overlay(tree, edits).entries)
    assert not add(Overlay(tree, edits), key=sops.generate_identity()).edits


def test_people_and_recovery_open_the_key_of_a_cluster_and_it_does_not(infra: Infra, people: object) -> None:
    tree = infra()
    for holder in (people.laura, people.recovery):
        assert people.koala.secret.reveal() in value(tree, KEY, "age.agekey", holder, people)
    with pytest.raises(sops.NoKeyError):
        value(tree, KEY, "age.agekey", people.koala, people)
    assert value(tree, PULL, ".dockerconfigjson", people.koala, people) == '{"auths":{}}'


def test_the_rules_name_the_holder_of_each_key(infra: Infra, people: object) -> None:
    rules = sops.load_rules(infra())
    names = [[recipient.name for recipient in rule.recipients] for rule in rules.rules]
    assert names == [["Laura", "recovery"], ["Laura", "recovery", "cluster koala"]]
    assert people.koala.recipient not in str(rules.rules[0].recipients)


def test_a_second_cluster_is_told_what_it_cannot_open(infra: Infra, add: Add) -> None:
    tree = infra()
    other = sops.generate_identity()
    plan = add(tree, "panda", key=other)
    assert plan.result.unreadable == (PULL,)
    assert plan.result.pull == "kept"
    assert set(plan.edits.files) & set(tree.entries) == {".sops.yaml"}
    assert f"- {other.recipient}  # cluster panda" in plan.edits.files[".sops.yaml"].data.decode()


class TestRules:
    """Rules that someone else wrote are edited in place, or refused where that is not safe."""

    def rules(self, tree: Tree, text: str) -> Tree:
        return Overlay(tree, Edits().write(".sops.yaml", text.encode()))

    def test_one_rule_for_everything_would_let_a_cluster_open_the_keys_of_all(self, infra: Infra, add: Add) -> None:
        key = sops.generate_identity().recipient
        text = f"creation_rules:\n  - encrypted_regex: ^(data|stringData)$\n    age: {key}\n"
        with pytest.raises(UsageError, match="same rule is for bootstrap/") as caught:
            add(self.rules(infra(cluster=False), text))
        assert caught.value.line == 2

    def test_a_list_in_one_text_gets_longer(self, infra: Infra, add: Add, people: object) -> None:
        key = people.laura.recipient
        text = (
            f"creation_rules:\n  - path_regex: ^bootstrap/\n    encrypted_regex: ^stringData$\n    age: {key}\n"
            f"  - path_regex: enc # all\n    encrypted_regex: ^stringData$\n    age: {key}\n"
        )
        after = add(self.rules(infra(cluster=False), text)).edits.files[".sops.yaml"].data.decode()
        assert after == text[:-1] + f",{people.koala.recipient}\n"

    def test_several_key_groups_are_edited_by_hand(self, infra: Infra, add: Add, people: object) -> None:
        text = (
            f"creation_rules:\n  - path_regex: ^bootstrap/\n    age: {people.laura.recipient}\n"
            f"  - path_regex: enc\n    key_groups:\n"
            f"      - age: [{people.laura.recipient}]\n      - age: [{people.laura.recipient}]\n"
        )
        with pytest.raises(UsageError, match="key groups") as caught:
            add(self.rules(infra(cluster=False), text))
        assert people.koala.recipient in caught.value.hint

    def test_without_rules_there_is_nobody_to_encrypt_to(self, infra: Infra, add: Add) -> None:
        with pytest.raises(UsageError, match="no rule"):
            add(Overlay(infra(cluster=False), Edits().delete(".sops.yaml")))


class TestFlux:
    """No object that is there already is made again."""

    def there(self, tree: Tree, **files: str) -> Tree:
        texts = {f"clusters/koala/{name}".replace("__", "/"): text.encode() for name, text in files.items()}
        return MemoryTree({**{path: tree.read(path) for path in tree.entries}, **texts})

    def bootstrapped(self, tree: Tree) -> Tree:
        return self.there(
            tree,
            **{
                "flux-system__gotk-sync.yaml": BOOTSTRAPPED,
                "flux-system__kustomization.yaml": "resources: [gotk-sync.yaml]\n",
                "extra.yaml": "kind: ConfigMap\n",
                "more__deep__x.yaml": "kind: ConfigMap\n",
                "notes.txt": "mine",
            },
        )

    def test_a_directory_that_is_applied_already_gets_its_list_alone(self, infra: Infra, add: Add) -> None:
        plan = add(self.bootstrapped(infra(cluster=False)))
        assert [path for path in plan.edits if path.startswith("clusters/")] == [LIST]
        assert (plan.result.followed_by, plan.result.decrypts) == ("flux-system", False)

    def test_what_flux_applied_without_a_list_is_on_it(self, infra: Infra, add: Add) -> None:
        tree = self.bootstrapped(infra(cluster=False))
        after = Overlay(tree, add(tree).edits)
        assert resources(after) == ["flux-system", "extra.yaml", "more/deep/x.yaml"]

    def test_new_objects_can_be_asked_for_all_the_same(self, infra: Infra, add: Add) -> None:
        tree = self.bootstrapped(infra(cluster=False))
        after = Overlay(tree, add(tree, sync="new").edits)
        assert resources(after)[:2] == ["flux-sync", "flux-system"]
        assert resources(after, "clusters/koala/flux-sync/kustomization.yaml") == ["source.yaml", "sync.yaml"]

    def test_none_can_be_asked_for(self, infra: Infra, add: Add) -> None:
        tree = infra(cluster=False)
        plan = add(tree, sync="none")
        assert [path for path in plan.edits if path.startswith("clusters/")] == [LIST]
        assert plan.edits.files[LIST].data.endswith(b"resources: []\n")
        assert resources(Overlay(tree, add(Overlay(tree, plan.edits)).edits)) == ["flux-system"]

    def test_a_source_that_is_this_repo_already_is_used(self, infra: Infra, add: Add) -> None:
        text = BOOTSTRAPPED.partition("---")[0].replace("git.example.org/other/repo", "git.example.org:2222/team/infra")
        tree = self.there(infra(cluster=False), **{"source.yaml": text})
        after = Overlay(tree, add(tree).edits)
        assert resources(after, "clusters/koala/flux-system/kustomization.yaml") == ["sync.yaml"]
        assert (
            yamldoc.text(
                yamldoc.parse(after.read("clusters/koala/flux-system/sync.yaml")).documents[0].root,
                "spec",
                "sourceRef",
                "name",
            )
            == "flux-system"
        )

    def test_what_applies_all_from_above_counts_where_no_list_stops_it(self, infra: Infra, add: Add) -> None:
        text = BOOTSTRAPPED.replace("./clusters/koala", "./")
        tree = Overlay(infra(cluster=False), Edits().write("flux/all.yaml", text.encode()))
        assert add(tree).result.followed_by == "flux-system"
        stopped = Overlay(tree, Edits().write("kustomization.yaml", b"resources: []\n"))
        assert add(stopped).result.followed_by is None

    def test_the_objects_of_another_cluster_are_none_of_it(self, infra: Infra, add: Add) -> None:
        text = BOOTSTRAPPED.replace("clusters/koala", "clusters/panda")
        tree = Overlay(infra(cluster=False), Edits().write("clusters/panda/x.yaml", text.encode()))
        assert "clusters/koala/flux-system/source.yaml" in add(tree).edits.files

    @pytest.mark.parametrize(
        ("remote", "url"),
        [
            ("ssh://git@h:22/o/r.git", "ssh://git@h:22/o/r.git"),
            ("git@h:o/r.git", "ssh://git@h/o/r.git"),
            ("https://h/o/r.git", "https://h/o/r.git"),
        ],
    )
    def test_the_remote_becomes_what_flux_takes(self, infra: Infra, add: Add, remote: str, url: str) -> None:
        source = add(infra(cluster=False, remote=remote)).edits.files["clusters/koala/flux-system/source.yaml"]
        assert f"  url: {url}\n" in source.data.decode()

    @pytest.mark.parametrize("remote", [None, "/srv/infra.git", "git://h/r.git", "https://u:p@h/r.git"])
    def test_a_remote_that_flux_cannot_follow_is_refused(self, infra: Infra, add: Add, remote: str | None) -> None:
        tree = Overlay(infra(cluster=False), Edits().write(".infra-tool.yaml", b"version: 1\n"))
        with pytest.raises(UsageError) as caught:
            add(tree, remote=remote)
        assert "u:p" not in str(caught.value)
        assert add(tree, remote=remote, sync="none").edits


class TestPullSecret:
    """A credential takes the place of a stub, and of nothing else."""

    def test_a_login_becomes_the_credential_of_the_registry(self, infra: Infra, add: Add, people: object) -> None:
        tree = infra(cluster=False)
        after = Overlay(tree, add(tree, credential=Login("bot", TOKEN)).edits)
        auths = json.loads(value(after, PULL, ".dockerconfigjson", people.koala, people))["auths"]
        assert auths["registry.example.org"]["password"] == TOKEN.reveal()
        assert b"stub-keys" not in after.read(PULL)
        assert TOKEN.reveal().encode() not in b"".join(after.read(path) for path in after.entries)

    def test_it_takes_the_place_of_a_stub(self, infra: Infra, add: Add) -> None:
        plan = add(infra(), credential=Login("bot", TOKEN))
        assert list(plan.edits) == [PULL]
        assert plan.result.pull == "created"

    def test_a_credential_that_is_there_stays(self, infra: Infra, add: Add) -> None:
        tree = Overlay(infra(), add(infra(), credential=Login("bot", TOKEN)).edits)
        plan = add(tree, credential=Login("bot", Secret("another")))
        assert not plan.edits
        assert plan.result.pull == "kept"

    @pytest.mark.parametrize("login", [Login("", TOKEN), Login("a:b", TOKEN), Login("bot", Secret(""))])
    def test_what_is_no_login(self, infra: Infra, add: Add, login: Login) -> None:
        with pytest.raises(UsageError):
            add(infra(cluster=False), credential=login)

    def test_a_docker_configuration_gives_its_logins_alone(self) -> None:
        auths = {"auths": {"registry.example.org": {"auth": "eDp5"}}}
        found = scaffold.pull.from_config(json.dumps({**auths, "HttpHeaders": {"x": "y"}, "currentContext": "z"}))
        assert json.loads(found.reveal()) == auths

    @pytest.mark.parametrize("text", ["{", "[]", "{}", '{"auths": {}}', '{"auths": {"h": {}}, "credsStore": "pass"}'])
    def test_a_docker_configuration_without_logins_is_refused(self, text: str) -> None:
        with pytest.raises(UsageError):
            scaffold.pull.from_config(text)


@pytest.mark.parametrize("name", ["Koala", "", "a/b", "../x", "k" * 64])
def test_what_is_no_name_for_a_cluster(infra: Infra, add: Add, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a cluster"):
        add(infra(cluster=False), name)
