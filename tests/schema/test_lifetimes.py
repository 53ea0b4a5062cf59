"""The table of deprecated API versions, held against the files of kubernetes-validate."""

from itertools import pairwise

import pytest

from infra_tool import schema
from infra_tool.schema.lifetimes import LIFETIMES, Lifetime, lifetime
from infra_tool.schema.source import minor
from infra_tool.yamldoc import Mapping, parse

MINORS = [f"1.{number}" for number in range(25, 38)]
NOT_APPLIED = ("authentication.k8s.io/", "authorization.k8s.io/")
"""Groups whose objects are questions to the API server, never in a manifest."""

Kinds = set[tuple[str, str]]


@pytest.fixture(scope="module")
def known() -> dict[str, Kinds]:
    """Return the API versions with their kinds, by minor version of Kubernetes; alphas and lists left out."""
    found = {}
    for version in MINORS:
        kinds = schema.load(version).kinds
        found[version] = {(api, kind) for api, names in kinds.items() for kind in names if _counts(api, kind)}
    return found


def _counts(api: str, kind: str) -> bool:
    return "alpha" not in api and not kind.endswith("List") and not api.startswith(NOT_APPLIED) and kind != "Status"


def rows() -> dict[tuple[str, str], Lifetime]:
    return {(api, kind): row for (api, kinds), row in LIFETIMES.items() for kind in kinds}


@pytest.mark.slow
def test_what_a_version_took_away_is_in_the_table(known: dict[str, Kinds]) -> None:
    gone = {case: version for before, version in pairwise(MINORS) for case in known[before] - known[version]}
    listed = {case: row.removed for case, row in rows().items() if row.removed in MINORS[1:]}
    assert listed == gone


@pytest.mark.slow
def test_what_was_removed_before_the_oldest_version_is_not_there(known: dict[str, Kinds]) -> None:
    old = {case for case, row in rows().items() if row.removed and minor(row.removed) <= minor(MINORS[0])}
    assert old
    assert not old & known[MINORS[0]]


def test_a_kind_is_deprecated_from_one_version_to_the_one_that_lacks_it() -> None:
    found = lifetime("batch/v1beta1", "CronJob")
    assert found is not None
    assert [found.is_deprecated(version) for version in ("1.9", "1.20", "1.21", "1.24", "1.25")] == [
        *(False, False, True, True, False),
    ]
    assert [found.is_removed(version) for version in ("1.9", "1.24", "1.25", "1.100")] == [False, False, True, True]


def test_a_version_that_is_still_to_come_was_not_removed() -> None:
    policy = parse(
        b"apiVersion: admissionregistration.k8s.io/v1beta1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: a}"
    )
    root = policy.documents[0].root
    assert isinstance(root, Mapping)
    codes = {version: schema.load(version).check(root).violations[0].code for version in ("1.25", "1.34")}
    assert codes == {"1.25": "K002", "1.34": "K101"}


def test_other_kinds_of_the_version_are_not() -> None:
    assert lifetime("batch/v1", "CronJob") is None
    assert lifetime("storage.k8s.io/v1beta1", "Secret") is None
    assert lifetime(None, None) is None
