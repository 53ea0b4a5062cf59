"""Whatever a workflow says, its rules find things in it and never fail; what we write ourselves is fine."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra_tool import yamldoc
from infra_tool.lint.report import Report
from infra_tool.lint.workflow import Workflow, ways
from infra_tool.yamldoc import Mapping

PATH = ".gitea/workflows/ci.yml"
WORDS = (
    *("on", "jobs", "needs", "runs-on", "steps", "uses", "run", "if", "env", "deploy", "ci", "<<", "secrets"),
    *("${{ secrets.X }}", "${{ x", "always()", "cat > /tmp/key", "ssh-keyscan h > x", "a@main", "docker://a", "@", ""),
)
TEXTS = st.sampled_from(WORDS)


def source(text: str) -> str:
    return text if text == "<<" else yamldoc.quoted(text, flow=True)


NODES = st.recursive(
    TEXTS.map(source),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(TEXTS.map(source), inner, max_size=3).map(
            lambda entries: f"{{{', '.join(f'{key}: {value}' for key, value in entries.items())}}}"
        ),
    ),
    max_leaves=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NODES, NODES, NODES)
def test_any_structure_is_judged(judged: Callable[..., Report], top: str, job: str, step: str) -> None:
    text = f"on: {top}\njobs:\n  ci: {job}\n  deploy: {{needs: {top}, steps: [{step}]}}\n  other: {top}\n"
    assert not judged({PATH: text}, "G").is_broken
    assert not judged({PATH: top}, "G").is_broken


def read(needs: dict[str, str]) -> Workflow:
    text = "jobs:\n" + "".join(f"  {job}: {{needs: [{names}]}}\n" for job, names in needs.items())
    file = yamldoc.parse(text.encode(), PATH)
    root = file.documents[0].root
    assert isinstance(root, Mapping)
    return Workflow(file, root)


def test_the_shortest_way_leaves_dead_ends_out() -> None:
    jobs = read({"a": "b", "b": "c, d", "c": "b, nowhere", "d": "e", "e": "a"}).jobs
    found = ways(jobs, jobs[0])
    assert found["a"] == ("a", "b", "d", "e", "a")
    assert found["c"] == ("a", "b", "c")
    assert set(found) == {"a", "b", "c", "d", "e"}


@pytest.mark.parametrize(
    "path", ["ci.yml", ".gitea/workflows/a/ci.yml", ".gitea/workflows/ci.txt", "x/.gitea/workflows/ci.yml"]
)
def test_other_files_are_no_workflows(judged: Callable[..., Report], path: str) -> None:
    assert judged({path: "jobs: {}\n"}, "G").findings == ()
    assert judged({PATH: "jobs: {}\n"}, "G").findings != ()


def test_manifests_and_workflows_are_judged_by_their_own_rules(judged: Callable[..., Report]) -> None:
    found = judged({PATH: "apiVersion: v1\nkind: Pot\nimage: a:latest\nimage: b\n"})
    assert {finding.code for finding in found.findings if finding.path == PATH} == {"Y002", "G001"}
