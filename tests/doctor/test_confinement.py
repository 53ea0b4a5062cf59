"""What the layout isolated confines is up to the flags of Flux, as kustomize builds them."""

from pathlib import Path

import pytest

from infra_tool.doctor import confinement
from infra_tool.doctor.line import Line
from infra_tool.edits import MemoryTree
from infra_tool.kustomize import Graph
from infra_tool.kustomize.render import dump, render

CONTROLLER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {}, namespace: flux-system}}
spec: {{template: {{spec: {{containers: [{{name: manager, args: [--watch-all-namespaces=true]}}]}}}}}}
"""
FLUX = "---\n".join(map(CONTROLLER.format, ("kustomize-controller", "helm-controller", "source-controller")))
PATCH = """\
patches:
  - target: {{kind: Deployment, name: "({})"}}
    patch: |
      - {{op: add, path: /spec/template/spec/containers/0/args/-, value: {}}}
"""
BOTH = "kustomize-controller|helm-controller"
FLAG = "--default-service-account=default"
FREE = "against mistakes alone: kustomize-controller and helm-controller act with all their rights"


def told(components: str, kustomization: str) -> Line:
    """Return what is said of a cluster whose Flux is in the repo."""
    place = "clusters/koala/flux"
    files = {"gotk-components.yaml": components, "kustomization.yaml": kustomization}
    return confinement.line(MemoryTree({f"{place}/{name}": text.encode() for name, text in files.items()}), "koala")


@pytest.mark.parametrize(
    ("components", "patch", "state", "said"),
    [
        (FLUX, "", "warn", FREE),
        (FLUX, f"# {FLAG}", "warn", FREE),
        (FLUX, PATCH.format(BOTH, "--default-service-account="), "warn", FREE),
        (FLUX, PATCH.format("kustomize-controller", FLAG), "warn", "helm-controller acts with all its rights"),
        (FLUX, PATCH.format(BOTH, FLAG), "ok", "Flux acts for a service in its namespace alone"),
        (CONTROLLER.format("kustomize-controller"), PATCH.format(BOTH, FLAG), "ok", "in its namespace alone"),
        (CONTROLLER.format("source-controller"), "", "unchecked", "has no kustomize-controller"),
        (FLUX, "components: [../nowhere]", "unchecked", "clusters/koala/flux, which holds Flux, cannot be built"),
    ],
)
def test_flags_of_flux_decide(components: str, patch: str, state: str, said: str) -> None:
    line = told(components, f"resources: [gotk-components.yaml]\n{patch}")
    assert (line.state, line.message.startswith("koala is isolated"), said in line.message) == (state, True, True), line
    assert (FLAG in str(line.fix)) is (state != "ok")


def test_flux_that_is_not_in_the_repo_is_not_known() -> None:
    line = confinement.line(MemoryTree({"clusters/koala/kustomization.yaml": b"resources: []\n"}), "koala")
    assert (line.state, "Flux itself is not in this repo" in line.message) == ("unchecked", True)


def test_the_lockdown_that_the_threat_model_tells() -> None:
    page = (Path(__file__).parents[2] / "docs/threat-model.md").read_text(encoding="utf-8")
    patches = page.split("```yaml\n")[1].split("```")[0]
    assert told(FLUX, f"resources: [gotk-components.yaml]\n{patches}").state == "ok"
    sync = (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: cluster-koala}\nspec: {}\n"
    )
    files = {
        "kustomization.yaml": f"resources: [sync.yaml, flux.yaml]\n{patches}",
        "sync.yaml": sync,
        "flux.yaml": FLUX,
    }
    found = render(Graph(MemoryTree({path: text.encode() for path, text in files.items()})), "")
    by_name = {str(one.root["metadata"]["name"].text): dump(one.root) for one in found}
    assert "serviceAccountName: kustomize-controller" in by_name["cluster-koala"]
    assert [name for name, text in by_name.items() if "--no-remote-bases=true" in text] == ["kustomize-controller"]
    assert "--no-" not in by_name["source-controller"]
