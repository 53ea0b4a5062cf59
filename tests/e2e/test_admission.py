"""What the real API server refuses of the corpus is what is recorded; the lint tests hold the K rules to it."""

import os
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pytest
from mutations import CORPUS, REFUSED, Mutant, corpus
from rig.kube import Kube

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

WRITES = os.environ.get("INFRA_TOOL_GOLDEN") == "write"


def is_refused(kube: Kube, mutant: Mutant) -> bool:
    """Ask the server; it must refuse for what is wrong with the document, not for what is wrong with the rig."""
    answer = kube.apply(mutant.document, dry=True)
    assert answer.is_ok or answer.status in {400, 403, 404, 422, 500}, (str(mutant), answer)
    return not answer.is_ok


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_server_refuses_what_is_recorded(kube: Kube, path: Path) -> None:
    kube.has(["default"])
    refused = [one for _, mutants in corpus(path) for one in mutants if is_refused(kube, one)]
    places = groupby(refused, key=attrgetter("place"))
    lines = [f"{place}: {' | '.join(one.change for one in found)}\n" for place, found in places]
    golden = (REFUSED / path.name).with_suffix(".txt")
    if WRITES:
        golden.write_text("".join(lines), encoding="utf-8")
    assert lines == golden.read_text(encoding="utf-8").splitlines(keepends=True)
