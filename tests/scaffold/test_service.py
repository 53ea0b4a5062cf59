"""A new service: what it is made of, what gives its name another meaning, what refuses it."""

from collections.abc import Callable

import pytest

from infra_tool import repo, sops, yamldoc
from infra_tool.edits import Edits, MemoryTree, Overlay, Plan, Tree
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.finding import Finding
from infra_tool.scaffold import NewService, Tls, Volume

Infra = Callable[..., Tree]
Make = Callable[..., Plan[NewService]]


def text(tree: Tree, path: str) -> str:
    return tree.read(path).decode()


def test_a_bare_service_is_a_web_server_of_our_own_image_with_one_stub(infra: Infra, make: Make) -> None:
    tree = infra()
    plan = make(tree)
    result = plan.result
    assert (result.image, result.stubs) == ("registry.example.org/team/n8n:IMAGE_TAG", ("SECRET_KEY",))
    assert result.secrets == "apps/n8n/secrets.enc.yaml"
    assert plan.message == "feat(n8n): new service on koala"
    assert list(plan.edits) == [
        "apps/n8n/.copier-answers.yml",
        "apps/n8n/secrets.enc.yaml",
        "apps/n8n/deployment.yaml",
        "apps/n8n/kustomization.yaml",
        "apps/n8n/namespace.yaml",
        "apps/n8n/service.yaml",
        "clusters/koala/kustomization.yaml",
    ]
    after = Overlay(tree, plan.edits)
    assert "containerPort: 8080" in text(after, "apps/n8n/deployment.yaml")
    assert repo.is_registered(after, "koala", "../../apps/n8n")


def test_the_same_call_again_does_nothing(infra: Infra, make: Make) -> None:
    tree = infra()
    options = {"host": "n8n.example.org", "volumes": (Volume("1Gi", "/data"),), "data": {"replicas": "1", "uid": "2"}}
    after = Overlay(tree, make(tree, **options).edits)
    again = make(after, **options)
    assert not again.edits
    assert again.result.image == "registry.example.org/team/n8n:IMAGE_TAG"


def test_a_tag_that_was_deployed_meanwhile_gives_the_name_no_other_meaning(
    infra: Infra, make: Make, changed: Callable[..., Tree]
) -> None:
    after = Overlay(infra(), make(infra()).edits)
    bumped = text(after, "apps/n8n/deployment.yaml").replace("IMAGE_TAG", "v2")
    assert not make(changed(after, apps__n8n__deployment_yaml=bumped)).edits


def test_a_configuration_that_changed_gives_the_name_no_other_meaning(infra: Infra, make: Make) -> None:
    after = Overlay(infra(), make(infra(), host="n8n.example.org").edits)
    config = text(after, ".infra-tool.yaml").replace("team", "crew") + "ingress: {tls_issuer: le, class: nginx}\n"
    assert not make(Overlay(after, Edits().write(".infra-tool.yaml", config.encode())), host="n8n.example.org").edits


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"port": 9000}, "port is 8080, not 9000"),
        ({"kind": "worker"}, "kind is web, not worker"),
        ({"image": "n8n:1"}, "image is registry.example.org/team/n8n, not n8n, tag is IMAGE_TAG, not 1"),
        ({"volumes": (Volume("1Gi", "/data"),)}, "volumes is none, not 1Gi:/data"),
        ({"secrets": ("A", "B")}, "secrets is SECRET_KEY, not A and B"),
        ({"data": {"replicas": "3"}}, "replicas is 1, not 3"),
    ],
)
def test_other_answers_under_the_same_name_are_refused(
    infra: Infra, make: Make, options: dict[str, object], told: str
) -> None:
    after = Overlay(infra(), make(infra()).edits)
    with pytest.raises(UsageError, match="apps/n8n is another service already") as caught:
        make(after, **options)
    assert told in caught.value.message


def test_a_directory_that_someone_else_made_is_left_alone(
    infra: Infra, make: Make, changed: Callable[..., Tree]
) -> None:
    for name in ("notes", ".copier-answers.yml"):
        with pytest.raises(UsageError, match="was not made by new-service"):
            make(changed(infra(), **{f"apps__n8n__{name}": "_src_path: gh:someone/else\nservice: n8n\n"}))


def test_a_service_that_was_left_half_made_is_completed_with_its_own_secrets(infra: Infra, make: Make) -> None:
    tree = infra()
    edits = make(tree, generate=("PASSWORD",)).edits
    for count in range(len(edits.files)):
        first = Edits(dict(list(edits.files.items())[:count]))
        after = Overlay(Overlay(tree, first), make(Overlay(tree, first), generate=("PASSWORD",)).edits)
        for path in first:
            assert after.read(path) == first.files[path].data, path
        assert list(after.entries) == list(Overlay(tree, edits).entries)
        assert repo.is_registered(after, "koala", "../../apps/n8n")
        print_ = sops.fingerprint(yamldoc.parse(after.read("apps/n8n/secrets.enc.yaml")))
        assert print_ in text(after, "apps/n8n/deployment.yaml")


def test_a_plan_made_again_on_another_tip_is_the_same_plan(infra: Infra, make: Make) -> None:
    tree = infra()
    other = Overlay(tree, make(tree, "aaa").edits)
    one, two = make(tree).edits.files, make(other).edits.files
    assert {path for path in one if one[path] != two[path]} == {"clusters/koala/kustomization.yaml"}


def test_the_answers_name_no_place_of_this_machine_and_no_secret(infra: Infra, make: Make) -> None:
    plan = make(infra(), generate=("PASSWORD",), data={"probe_path": "/healthz"})
    file = yamldoc.parse(plan.edits.files["apps/n8n/.copier-answers.yml"].data)
    answers = yamldoc.resolve(file.documents[0].root, "manifest")
    assert answers["_src_path"] == "infra-tool:service"
    assert answers["_version"] == "1"
    assert answers["cluster"] == "koala"
    assert answers["probe_path"] == "/healthz"
    assert {"port", "replicas", "schedule", "uid", "generate", "grace"} <= answers.keys()
    assert not {"secrets_fingerprint", "values", "name", "_commit"} & answers.keys()
    assert "/" not in "".join(str(value) for key, value in answers.items() if key not in {"image", "probe_path"})


def test_stubs_and_random_values_are_encrypted_and_stubs_are_named(infra: Infra, make: Make, people: object) -> None:
    plan = make(infra(), secrets=("SMTP",), generate=("PASSWORD", "KEY"))
    data = plan.edits.files["apps/n8n/secrets.enc.yaml"].data
    assert b"set-me" not in data
    assert b"infra-tool/stub-keys: SMTP\n" in data.replace(b'"', b"")
    opened = sops.open_file(data, "apps/n8n/secrets.enc.yaml", people.keys(people.laura))
    values = [opened.text((0, ("stringData", key))) for key in ("SMTP", "PASSWORD", "KEY")]
    assert values[0] == "set-me"
    assert len(set(values)) == 3
    assert [len(value) for value in values[1:]] == [64, 64]


def test_no_secrets_makes_no_secret(infra: Infra, make: Make) -> None:
    plan = make(infra(), has_secrets=False)
    assert plan.result.secrets is None
    assert "apps/n8n/secrets.enc.yaml" not in plan.edits.files
    assert b"secret" not in plan.edits.files["apps/n8n/deployment.yaml"].data


def test_the_list_of_the_cluster_stays_sorted_and_keeps_its_comments(
    infra: Infra, make: Make, changed: Callable[..., Tree]
) -> None:
    listed = "# mine\nresources:\n  - flux-system\n  - ../../apps/a # first\n  - ../../apps/z\n"
    tree = changed(infra(), **{"clusters__koala__kustomization.yaml": listed})
    after = make(tree).edits.files["clusters/koala/kustomization.yaml"].data.decode()
    assert after == listed.replace("  - ../../apps/z", "  - ../../apps/n8n\n  - ../../apps/z")


class TestRefused:
    """Nothing is planned, so nothing is written."""

    @pytest.mark.parametrize("name", ["N8N", "n8n_", "-n8n", "n8n-", "", "a.b", "n" * 53, "kube-system", "flux-system"])
    def test_names(self, infra: Infra, make: Make, name: str) -> None:
        with pytest.raises(UsageError):
            make(infra(), name)

    def test_a_name_that_no_kubernetes_service_may_have(self, infra: Infra, make: Make) -> None:
        for kind in ("web", "stateful"):
            with pytest.raises(UsageError, match="'2048' cannot be the name of a Kubernetes Service"):
                make(infra(), "2048", kind=kind)
        assert make(infra(), "2048", kind="worker").edits

    def test_unknown_cluster(self, infra: Infra, make: Make) -> None:
        with pytest.raises(UsageError, match="there is no cluster koalla") as caught:
            make(infra(), cluster="koalla")
        assert caught.value.hint == "did you mean koala?"

    def test_no_cluster(self, infra: Infra, make: Make) -> None:
        with pytest.raises(UsageError, match="which cluster is meant") as caught:
            make(infra(cluster=False))
        assert caught.value.hint.startswith("run infra-tool new-cluster NAME first")

    def test_no_rules(self, infra: Infra, make: Make) -> None:
        tree = Overlay(infra(), Edits().delete(".sops.yaml"))
        with pytest.raises(UsageError, match=r"no \.sops\.yaml, so nobody could open"):
            make(tree)
        assert make(tree, has_secrets=False).edits

    def test_no_recipients(self, infra: Infra, make: Make, changed: Callable[..., Tree]) -> None:
        rules = "creation_rules:\n  - path_regex: enc\n    encrypted_regex: ^data$\n    age: []\n"
        with pytest.raises(InfraToolError):
            make(changed(infra(), **{".sops.yaml": rules}))

    def test_no_registry(self, infra: Infra, make: Make, changed: Callable[..., Tree]) -> None:
        with pytest.raises(UsageError, match="names no registry"):
            make(changed(infra(), **{".infra-tool.yaml": "version: 1\n"}))

    def test_an_image_of_others_without_a_tag(self, infra: Infra, make: Make) -> None:
        with pytest.raises(UsageError, match="needs a tag"):
            make(infra(), image="docker.io/n8nio/n8n")

    def test_data_that_answers_no_question(self, infra: Infra, make: Make) -> None:
        with pytest.raises(UsageError, match="asks no question replica") as caught:
            make(infra(), data={"replica": "2"})
        assert caught.value.hint == "did you mean replicas?"

    @pytest.mark.parametrize(
        ("name", "value"), [("replicas", "many"), ("replicas", "-1"), ("uid", "0"), ("grace", "5"), ("uid", "")]
    )
    def test_data_that_cannot_be(self, infra: Infra, make: Make, name: str, value: str) -> None:
        with pytest.raises(UsageError, match="cannot be rendered"):
            make(infra(), data={name: value})

    def test_two_pods_with_one_volume(self, infra: Infra, make: Make) -> None:
        with pytest.raises(UsageError, match="mounted by one pod at a time"):
            make(infra(), volumes=(Volume("1Gi", "/data"),), data={"replicas": "2"})


def finding(path: str, severity: str = "error") -> Finding:
    return Finding(path, 3, 1, "K003", "no such field", severity=severity, help="remove it")


class TestLint:
    """What is made is judged before it is written."""

    def test_an_error_in_what_was_made_refuses_it(self, infra: Infra, make: Make) -> None:
        with pytest.raises(UsageError, match="K003 no such field") as caught:
            make(infra(), says=[finding("apps/n8n/deployment.yaml")])
        assert (caught.value.path, caught.value.line) == ("apps/n8n/deployment.yaml", 3)

    def test_so_does_one_elsewhere_that_is_there_because_of_it(self, infra: Infra, make: Make) -> None:
        with pytest.raises(UsageError, match="K003"):
            make(infra(), says=[finding("clusters/koala/flux-system/sync.yaml")])

    @pytest.mark.parametrize("path", ["clusters/koala/kustomization.yaml", "apps/other/deployment.yaml"])
    def test_an_error_that_was_there_before_does_not(self, infra: Infra, make: Make, path: str) -> None:
        plan = make(infra(), before=[finding(path)])
        assert plan.edits
        assert [said.path for said in plan.result.findings] == [path] * path.startswith("clusters")

    def test_a_warning_is_told(self, infra: Infra, make: Make) -> None:
        said = finding("apps/n8n/deployment.yaml", "warning")
        assert make(infra(), says=[said]).result.findings == (said,)


class TestIsolated:
    """What the service must not own lies with the cluster."""

    def test_it_is_registered_by_a_file_with_its_own_flux_kustomization(self, infra: Infra, make: Make) -> None:
        tree = infra(layout="isolated")
        plan = make(tree)
        assert list(plan.edits)[-2:] == ["clusters/koala/n8n.yaml", "clusters/koala/kustomization.yaml"]
        assert "apps/n8n/namespace.yaml" not in plan.edits.files
        documents = yamldoc.parse(plan.edits.files["clusters/koala/n8n.yaml"].data).documents
        roots = [yamldoc.resolve(document.root, "manifest") for document in documents]
        assert [root["kind"] for root in roots] == ["Namespace", "ServiceAccount", "RoleBinding", "Kustomization"]
        spec = roots[-1]["spec"]
        assert spec["serviceAccountName"] == "deployer-n8n"
        assert spec["sourceRef"] == {"kind": "GitRepository", "name": "infra"}
        assert spec["decryption"]["secretRef"] == {"name": "sops-age"}
        assert (spec["path"], spec["wait"], spec["timeout"]) == ("./apps/n8n", True, "3m")

    def test_without_flux_objects_its_source_is_not_known(self, infra: Infra, make: Make) -> None:
        tree = infra(layout="isolated")
        gone = [path for path in tree.entries if path.startswith("clusters/koala/flux-system/")]
        files = {path: tree.read(path) for path in tree.entries if path not in gone}
        with pytest.raises(UsageError, match="no Flux Kustomization applies clusters/koala"):
            make(MemoryTree(files))

    def test_the_name_of_a_flux_kustomization_that_is_there_is_taken(self, infra: Infra, make: Make) -> None:
        with pytest.raises(UsageError, match="is called cluster-koala already"):
            make(infra(layout="isolated"), "cluster-koala")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "worker", "host": "a.example.org"}, "--host means nothing"),
        ({"kind": "cron", "port": 80}, "--port means nothing"),
        ({"port": 0}, "is no port"),
        ({"port": 65536}, "is no port"),
        ({"host": "http://a"}, "is no host name"),
        ({"tls": Tls("issuer", "le")}, "TLS is for a host name"),
        ({"secrets": ("a-b",)}, "is no name for an environment variable"),
        ({"secrets": ("A",), "generate": ("A",)}, "names A twice"),
        ({"secrets": ("A",), "has_secrets": False}, "exclude each other"),
        ({"volumes": (Volume("1Gi", "/a"), Volume("2Gi", "/a"))}, "names /a twice"),
        ({"volumes": (Volume("1Gi", "/tmp"),)}, "empty directory there already"),  # noqa: S108 -- in a container
        ({"image": "a:1", "tag": "2"}, "--image says tag 1, --tag says 2"),
        ({"image": "A:1"}, "is no image"),
        ({"tag": "no tag"}, "is no tag"),
        ({"data": {"port": "1"}}, "has an option of its own"),
    ],
)
def test_what_contradicts_itself_is_refused(infra: Infra, make: Make, options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make(infra(), **options)


@pytest.mark.parametrize("text", ["1Gi", "1Gi:", "1Gi:data", "1Gi:/", "big:/data", ":/data"])
def test_what_is_no_volume(text: str) -> None:
    with pytest.raises(UsageError):
        Volume.parse(text)


def test_a_volume() -> None:
    assert Volume.parse("1.5Gi:/data/") == Volume("1.5Gi", "/data")
