"""What a rule proposes as a fix: applied to the example, the finding is gone and nothing new is there."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from infra_tool import splice
from infra_tool.lint.report import Report
from infra_tool.splice import Splice

DATA = Path(__file__).parent.parent / "data/rules"
FIXABLE = {"I011/bad-number", "T014/bad-dot", "T014/bad-slash", "T014/bad-key-of-a-generator"}
EXAMPLES = sorted(DATA.glob("*/bad-*/"))
Files = Callable[[Path], Mapping[str, bytes]]


def edits(report: Report, code: str) -> dict[str, list[Splice]]:
    found: dict[str, list[Splice]] = defaultdict(list)
    for finding in report.findings:
        if finding.code == code and finding.fix:
            assert finding.safe, "an unsafe fix wants a test of its own"
            found[finding.path] += finding.fix
    return found


def test_a_fix_changes_the_path_alone(judged: Callable[..., Report]) -> None:
    text = "configMapGenerator:\n- name: a\n  files: [b.yaml=./a.yaml, './a.yaml']  # both\n"
    files = {"clusters/koala/kustomization.yaml": text, "clusters/koala/a.yaml": "a: 1\n"}
    found = edits(judged(files), "T014")
    ((path, splices),) = found.items()
    assert splice.apply(text.encode(), splices).decode() == text.replace("./", "")
    assert path == "clusters/koala/kustomization.yaml"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_fix_makes_the_example_fine(example: Path, judged: Callable[..., Report], example_files: Files) -> None:
    code, files = example.parent.name, dict(example_files(example))
    before = judged(files)
    found = edits(before, code)
    assert bool(found) == (f"{code}/{example.name}" in FIXABLE)
    for path, splices in found.items():
        files[path] = splice.apply(files[path], splices)
    fixed = {finding for finding in before.findings if finding.code == code and finding.fix}
    after = {(finding.code, finding.message) for finding in judged(files).findings}
    assert after == {(finding.code, finding.message) for finding in before.findings if finding not in fixed}
