"""What a cluster is given once: a key that reads the repo, host keys, the token of its webhook."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from infra_tool import lint, repo, scaffold, sops
from infra_tool.edits import Change, Edits, Overlay, Plan, Tree
from infra_tool.errors import UsageError
from infra_tool.flux import receiver
from infra_tool.scaffold import ClusterWanted, KnownHosts, NewCluster, bootstrap, deploy_key
from infra_tool.sops import Entropy

On = Callable[[Tree, Change[NewCluster]], Plan[NewCluster]]
Add = Callable[..., Plan[NewCluster]]

URL = "ssh://git@git.example.org:2222/team/infra.git"
GIT = "bootstrap/koala/infra-git.enc.yaml"
HOST = "[git.example.org]:2222 ssh-ed25519 AAAAkey"
HASHED = "|1|c2FsdA==|h6D3rzQ4FCNoq1ob4NnjV9SGpN8= ssh-rsa AAAAother"


@pytest.fixture
def add(on: On, people: object, entropy: Entropy) -> Add:
    """Plan the cluster koala."""

    def plan(tree: Tree, **options: object) -> Plan[NewCluster]:
        return on(tree, scaffold.new_cluster(ClusterWanted(name="koala", **options), people.koala, entropy))

    return plan


def value(tree: Tree, path: str, key: str, people: object) -> str | None:
    return sops.open_file(tree.read(path), path, people.keys(people.laura)).text((0, ("stringData", key)))


def test_ssh_reads_the_pair_that_is_made(tmp_path: Path) -> None:
    made = deploy_key.generate("flux@koala")
    file = tmp_path / "key"
    file.touch(0o600)
    file.write_text(made.private.reveal())
    read = subprocess.run(["ssh-keygen", "-y", "-f", str(file)], check=True, capture_output=True, text=True)
    assert read.stdout.split()[:2] == made.public.split()[:2]
    assert made.public.endswith(" flux@koala")
    assert "PRIVATE" not in repr(made)


@pytest.mark.parametrize(
    ("url", "known_hosts", "found"),
    [
        (URL, HOST, f"{HOST}\n"),
        (URL, f"other,{HOST} a comment", f"{HOST}\n"),
        (URL, HASHED, "[git.example.org]:2222 ssh-rsa AAAAother\n"),
        (URL, f"# {HOST}\n@revoked {HOST}\n\n[git.example.org]:2222\n|1|x|y z\n|1| z", ""),
        (URL, "git.example.org ssh-ed25519 AAAAkey", ""),
        ("ssh://git@Git.example.org/o/r.git", "git.example.org ssh-rsa A", "git.example.org ssh-rsa A\n"),
        ("ssh://git@git.example.org:22/o/r.git", f"{HOST}\ngit.example.org ssh-rsa A", "git.example.org ssh-rsa A\n"),
    ],
)
def test_the_host_keys_of_one_server(url: str, known_hosts: str, found: str) -> None:
    assert deploy_key.host_keys(url, known_hosts) == found


def test_ssh_hashes_names_as_we_do(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    key = deploy_key.generate("host").public.rpartition(" ")[0]
    file.write_text(f"[git.example.org]:2222 {key}\n")
    subprocess.run(["ssh-keygen", "-H", "-f", str(file)], check=True, capture_output=True)
    assert file.read_text().startswith("|1|")
    assert deploy_key.host_keys(URL, file.read_text()) == f"[git.example.org]:2222 {key}\n"


def test_people_open_the_key_that_reads_the_repo_and_the_cluster_does_not(
    infra: Callable[..., Tree], add: Add, people: object
) -> None:
    tree = infra(cluster=False)
    plan = add(tree, known_hosts=KnownHosts(HOST))
    after = Overlay(tree, plan.edits)
    assert value(after, GIT, "identity", people).startswith("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    assert value(after, GIT, "known_hosts", people) == f"{HOST}\n"
    assert plan.result.deploy_key in after.read(GIT).decode()
    assert people.koala.recipient.encode() not in after.read(GIT)
    assert plan.result.stubs == ()


def test_a_server_that_is_not_known_leaves_a_stub(infra: Callable[..., Tree], add: Add) -> None:
    assert add(infra(cluster=False)).result.stubs == (f"{GIT} known_hosts",)


def test_a_file_that_was_given_must_know_the_server(infra: Callable[..., Tree], add: Add) -> None:
    with pytest.raises(UsageError, match=r"hosts\.txt has no key of the server") as caught:
        add(infra(cluster=False), known_hosts=KnownHosts("", "hosts.txt"))
    assert caught.value.hint.startswith("ssh-keyscan -p 2222 git.example.org,")


@pytest.mark.parametrize("remote", ["https://git.example.org/team/infra.git", None])
def test_a_repo_that_is_not_read_by_ssh_needs_no_key(infra: Callable[..., Tree], add: Add, remote: str | None) -> None:
    options = {"remote": remote} if remote else {}
    plan = add(infra(cluster=False, **options), sync="auto" if remote else "none")
    assert (GIT in plan.edits.files, plan.result.deploy_key) == (False, None)


def test_a_cluster_that_runs_keeps_the_key_it_has(infra: Callable[..., Tree], add: Add) -> None:
    older = Overlay(infra(), Edits().delete(GIT))
    assert not add(older).edits


def test_the_plan_made_again_is_the_same(infra: Callable[..., Tree], on: On, people: object, entropy: Entropy) -> None:
    tree = infra(cluster=False)
    wanted = ClusterWanted(name="koala", receiver=True, status=True)
    change = scaffold.new_cluster(wanted, people.koala, entropy)
    assert on(tree, change) == on(tree, change)


class TestNotifications:
    """The git server calls Flux, and is told how commits went; both come when asked for, also later."""

    def test_the_path_of_the_webhook_is_known_before_there_is_a_cluster(
        self, infra: Callable[..., Tree], add: Add, people: object
    ) -> None:
        tree = infra(cluster=False)
        plan = add(tree, receiver=True)
        token = value(Overlay(tree, plan.edits), "bootstrap/koala/receiver-token.enc.yaml", "token", people)
        assert len(token) == 64
        assert plan.result.webhook == f"/hook/{hashlib.sha256(f'{token}giteaflux-system'.encode()).hexdigest()}"

    def test_the_path_is_as_flux_documents_it(self) -> None:
        told = hashlib.sha256(b"secret" + b"github" + b"default").hexdigest()
        assert receiver.hook_path("secret", "github", "default") == f"/hook/{told}"

    def test_they_can_be_added_one_by_one(self, infra: Callable[..., Tree], add: Add) -> None:
        tree = infra()
        one = Overlay(tree, add(tree, receiver=True).edits)
        assert add(tree, receiver=True).result.webhook
        assert not add(one, receiver=True).edits
        assert add(one, receiver=True).result.webhook is None
        plan = add(one, status=True)
        assert list(plan.edits) == [
            "bootstrap/koala/gitea-status.enc.yaml",
            "clusters/koala/notifications/status.yaml",
            "clusters/koala/notifications/kustomization.yaml",
        ]
        assert plan.result.stubs == ("bootstrap/koala/gitea-status.enc.yaml token",)
        both = Overlay(one, plan.edits)
        whole = Overlay(tree, add(tree, receiver=True, status=True).edits)
        for path in (path for path in both.entries if path.startswith("clusters/")):
            assert both.read(path) == whole.read(path), path
        assert not add(both, receiver=True, status=True).edits
        assert not add(both).edits

    def test_they_are_for_what_applies_the_cluster(self, infra: Callable[..., Tree], add: Add) -> None:
        sync = (
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: all}\n"
            "spec: {path: clusters/koala, sourceRef: {kind: OCIRepository, name: mine}}\n"
        )
        tree = Overlay(infra(cluster=False), Edits().write("clusters/koala/sync.yaml", sync.encode()))
        receiver = add(tree, receiver=True).edits.files["clusters/koala/notifications/receiver.yaml"].data.decode()
        assert "      kind: OCIRepository\n      name: mine\n" in receiver

    def test_the_status_goes_to_the_page_of_the_repo(self, infra: Callable[..., Tree], add: Add) -> None:
        status = add(infra(), status=True).edits.files["clusters/koala/notifications/status.yaml"].data.decode()
        assert "  address: https://git.example.org/team/infra\n" in status
        bare = Overlay(infra(), Edits().write(".infra-tool.yaml", b"version: 1\n"))
        with pytest.raises(UsageError, match="no remote"):
            add(bare, status=True)

    def test_lint_finds_nothing_but_the_stubs(self, infra: Callable[..., Tree], add: Add) -> None:
        tree = Overlay(infra(), add(infra(), receiver=True, status=True).edits)
        report = lint.run(tree, repo.load_config(tree))
        assert {finding.code for finding in report.findings} == {"S022"}
        assert report.summary.unchecked == ()

    def test_bootstrap_tells_what_the_git_server_must_know(
        self, infra: Callable[..., Tree], add: Add, people: object
    ) -> None:
        tree = infra()
        plan = add(tree, receiver=True, status=True)
        opened = {one.name: one for one in bootstrap(Overlay(tree, plan.edits), "koala", people.keys(people.laura))}
        assert list(opened) == ["gitea-status", "infra-git", "receiver-token", "sops-age"]
        assert opened["infra-git"].public_key == plan.result.deploy_key
        assert opened["receiver-token"].webhook == plan.result.webhook
        assert (opened["gitea-status"].stubs, opened["sops-age"].stubs) == (("token",), ())


class TestHealthChecks:
    """The feature gate is patched into Flux where the repo holds it."""

    def add(self, add: Add, infra: Callable[..., Tree], kustomization: str, components: str = "") -> Plan[NewCluster]:
        place = "clusters/koala/flux-system"
        files = {f"{place}/kustomization.yaml": kustomization, f"{place}/gotk-components.yaml": components or "{}"}
        edits = Edits()
        for path, text in files.items():
            edits = edits.write(path, text.encode())
        return add(Overlay(infra(cluster=False), edits), sync="none")

    def test_it_is_patched_in_below_what_is_there(self, infra: Callable[..., Tree], add: Add) -> None:
        text = "kind: Kustomization # mine\nresources:\n- gotk-components.yaml\n"
        plan = self.add(add, infra, text)
        after = plan.edits.files["clusters/koala/flux-system/kustomization.yaml"].data.decode()
        assert after.startswith(text)
        assert "value: --feature-gates=CancelHealthCheckOnNewRevision=true" in after
        assert plan.result.health_checks == "patched"
        assert self.add(add, infra, after).result.health_checks == "set"

    @pytest.mark.parametrize("text", ["resources: [gotk-components.yaml]\npatches: []\n", "{resources: []}\n", ""])
    def test_what_has_patches_of_its_own_is_left_alone(self, infra: Callable[..., Tree], add: Add, text: str) -> None:
        plan = self.add(add, infra, text)
        assert "clusters/koala/flux-system/kustomization.yaml" not in plan.edits.files
        assert plan.result.health_checks == "by hand"

    def test_it_is_set_in_flux_itself(self, infra: Callable[..., Tree], add: Add) -> None:
        components = "args: [--feature-gates=CancelHealthCheckOnNewRevision=true]\n"
        assert self.add(add, infra, "resources: []\n", components).result.health_checks == "set"

    def test_flux_is_not_here(self, infra: Callable[..., Tree], add: Add) -> None:
        assert add(infra(cluster=False)).result.health_checks == "elsewhere"
