"""One defect in a copy of a clean repo: found in the file and on the line that is wrong; what is only odd is not told.

CONTRIBUTING says how a case is written; `nox -s compare` asks other programs about the same cases.
"""

import functools
from collections.abc import Callable

import defects
import pytest
from defects import Case

from infra_tool.lint.report import Report

CASES = list(defects.cases())
PLANTED = [case for case in CASES if case.category != defects.HARMLESS]
HARMLESS = [case for case in CASES if case.category == defects.HARMLESS]

Judged = Callable[..., Report]


@functools.cache
def clean() -> dict[str, bytes]:
    return defects.clean()


def told(report: Report) -> list[str]:
    """Return what is said at the level of warnings and errors."""
    return [f"{each.path}:{each.line}: {each.code}" for each in report.findings if each.severity != "info"]


def test_nothing_is_wrong_with_the_repo(judged: Judged) -> None:
    assert told(judged(clean())) == []


def test_cases_have_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", PLANTED, ids=lambda case: case.name)
def test_a_defect_is_found_where_it_is(case: Case, judged: Judged) -> None:
    files = case.files(clean())
    assert f"{case.path}:{case.number(files)}: {case.code}" in told(judged(files))


@pytest.mark.parametrize("case", HARMLESS, ids=lambda case: case.name)
def test_what_is_only_odd_is_not_told(case: Case, judged: Judged) -> None:
    assert told(judged(case.files(clean()))) == []
