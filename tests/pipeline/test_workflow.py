"""Jobs are taken out of workflows of any layout, and stay what they are."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from infra_tool.pipeline import workflow

SCRIPTS = ("run: make test", "run: |\n  make\n\n  # not a comment\n  test\n", "run: >-\n  make\n  test", "uses: a/b@v1")
BETWEEN = ("", "\n", "# why {name}\n", "\n\n# why {name}\n# and more\n", "# why {name}\n\n")


def indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}" if line.strip() else line for line in text.splitlines(keepends=True))


@st.composite
def workflows(draw: st.DrawFn) -> str:
    """Draw a workflow with some jobs, of which one may deploy, and something before and behind them."""
    names = draw(st.lists(st.sampled_from(["lint", "test", "docs", "deploy"]), min_size=1, unique=True))
    indent = draw(st.integers(1, 8))
    jobs = []
    for name in names:
        job = f"{name}:\n  runs-on: koala\n  steps:\n    - {indented(draw(st.sampled_from(SCRIPTS)), 6).lstrip()}\n"
        jobs.append(indented(draw(st.sampled_from(BETWEEN)).format(name=name) + job, indent))
    head = draw(st.sampled_from(["on: push\n", "name: x\non: [push, pull_request]\n", "# x\non:\n  push: {}\n"]))
    tail = draw(
        st.sampled_from(["", "# the end\n", "\nenv:\n  A: b\n", "# why env\nenv: {A: b}\n\ndefaults:\n  run: {}\n"])
    )
    line_feed = draw(st.sampled_from(["\n", "\r\n"]))
    return f"{head}jobs:\n{''.join(jobs)}{tail}".replace("\n", line_feed)


@given(workflows())
def test_jobs_stay_what_they_are(text: str) -> None:
    before = yaml.safe_load(text)
    found = workflow.read(text.encode(), "ci.yml")
    kept = {name: job for name, job in before["jobs"].items() if name != "deploy"}
    assert found.names == tuple(kept)
    assert ("deploy" in before["jobs"]) is (found.deploy is not None)
    rest = yaml.safe_load(f"{found.top}\njobs:\n{found.jobs}\n{' ' * found.indent}last: {{}}\n")
    assert rest.pop("jobs") == {**kept, "last": {}}
    assert rest == {name: before[name] for name in workflow.CARRIED if name in before}
    for name in kept:
        assert found.jobs.count(f"# why {name}") == text.count(f"# why {name}")
    assert found.label == "koala"
    assert "push" in found.events
