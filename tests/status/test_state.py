"""What runs where, from the files of a repo and from what others know of it."""

from infra_tool.edits import MemoryTree
from infra_tool.finding import Finding
from infra_tool.status import ClusterState, Edge, Facts, Running, ServiceState, edges, mermaid, state

LISTED = "resources:\n  - ../../apps/web\n  - n8n.yaml\n  - flux.yaml\n"
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: {name}
  namespace: flux-system
spec:
  path: ./{path}
  {more}
  sourceRef:
    kind: GitRepository
    name: infra
"""
POD = "spec:\n  containers:\n    - image: registry.example.org/team/{}:{}\n"
STUBS = """\
apiVersion: v1
kind: Secret
metadata:
  annotations:
    infra-tool/stub-keys: A, B
"""
FILES = {
    "clusters/koala/kustomization.yaml": LISTED,
    "clusters/koala/n8n.yaml": FLUX.format(name="n8n", path="apps/n8n", more="dependsOn: [{name: cluster-koala}]"),
    "clusters/koala/flux.yaml": FLUX.format(name="cluster-koala", path="clusters/koala", more="prune: true"),
    "clusters/panda/kustomization.yaml": "resources: []\n",
    "clusters/zebra/notes.yaml": "kind: ConfigMap\n",
    "apps/web/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/web/pod.yaml": POD.format("web", "v1"),
    "apps/n8n/kustomization.yaml": "resources: [pod.yaml, secrets.enc.yaml]\n",
    "apps/n8n/pod.yaml": POD.format("other", "v2") + "    - image: docker.io/library/redis:8\n",
    "apps/n8n/secrets.enc.yaml": STUBS,
    "apps/nobody/kustomization.yaml": "resources: []\n",
}
RUNNING = Running(1769860800, "Laura <l@example.org>", "0123456789abcdef", "team/web@fedcba")


def tree(**files: str) -> MemoryTree:
    """Return the repo, with other files; `__` in a name stands for a slash."""
    more = {name.replace("__", "/"): text for name, text in files.items()}
    return MemoryTree({path: text.encode() for path, text in {**FILES, **more}.items()})


def finding(path: str, severity: str) -> Finding:
    return Finding(path=path, line=1, column=1, code="X", name="x", severity=severity, message="x")


def service(name: str, facts: Facts | None = None, **files: str) -> ServiceState:
    (found,) = (each for each in state(tree(**files), facts or Facts())[0].services if each.name == name)
    return found


def test_the_services_of_each_cluster_by_their_registration() -> None:
    koala, panda, zebra = state(tree(), Facts())
    assert [(each.name, each.layout, each.version) for each in koala.services] == [
        ("n8n", "isolated", None),
        ("web", "shared", "v1"),
    ]
    assert panda == ClusterState("panda", ())
    assert (zebra.services, zebra.problem) == ((), "clusters/zebra has no kustomization file")


def test_what_others_know_is_told_of_the_service_it_is_about() -> None:
    found = [
        finding("apps/web/pod.yaml", "error"),
        finding("apps/web2/pod.yaml", "error"),
        finding("clusters/koala/n8n.yaml", "warning"),
    ]
    facts = Facts(running={"web": RUNNING}, held={"web": "held by Laura"}, findings=found)
    web, n8n = service("web", facts), service("n8n", facts)
    assert (web.running, web.errors, web.warnings) == (RUNNING, 1, 0)
    assert web.notes == ("held by Laura", "1 error")
    assert (n8n.running, n8n.errors, n8n.warnings) == (None, 0, 1)


def test_an_image_that_cannot_be_told_is_a_problem_of_one_service() -> None:
    found = service("n8n")
    assert (found.image, found.stubs) == (None, ("A", "B"))
    assert found.notes == (found.problem, "2 stubs")
    other = {"apps__n8n__pod.yaml": POD.format("n8n", "v2")}
    assert service("n8n", **other).image == "registry.example.org/team/n8n"


def test_a_secret_that_is_no_yaml_is_for_lint_to_tell() -> None:
    broken = {"apps__n8n__secrets.enc.yaml": "a: [\n"}
    assert service("n8n", **broken).stubs == ()


def test_who_applies_what() -> None:
    found = {(edge.start, edge.relation, edge.end) for edge in edges(tree()) if edge.cluster == "koala"}
    assert found == {
        ("GitRepository infra", "gives", "Kustomization cluster-koala"),
        ("GitRepository infra", "gives", "Kustomization n8n"),
        ("Kustomization cluster-koala", "applies", "Kustomization n8n"),
        ("Kustomization cluster-koala", "applies", "service web"),
        ("Kustomization n8n", "applies", "service n8n"),
        ("Kustomization n8n", "waits for", "Kustomization cluster-koala"),
    }


def test_the_drawing() -> None:
    drawn = mermaid(edges(tree())).splitlines()
    assert drawn[:3] == ["graph LR", '  subgraph c0["koala"]', '    c0n0["GitRepository infra"]']
    names = {line.split('["')[0].strip(): line.split('"')[1] for line in drawn if '["' in line}
    waits = next(line.split() for line in drawn if "waits for" in line)
    assert (names[waits[0]], names[waits[-1]]) == ("Kustomization n8n", "Kustomization cluster-koala")


def test_a_name_stays_in_its_box() -> None:
    drawn = mermaid([Edge("koala\x1b[2J", 'a"\n  end', "gives", "b")])
    assert drawn.splitlines()[1:4] == [
        '  subgraph c0["koala\\x1b[2J"]',
        '    c0n0["a&quot;\\n  end"]',
        '    c0n1["b"]',
    ]
