"""The K rules against the real API server: what it refused of a corpus is an error, what it took is none.

`tests/e2e/test_admission.py` asks it; the corpus is whole documents, and each of them with one place changed.
"""

import json
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml
from mutations import CORPUS, DATA, REFUSED, Mutant, corpus

from infra_tool import schema
from infra_tool.lint.report import Report
from infra_tool.yamldoc import Mapping, parse

pytestmark = pytest.mark.slow

KUBERNETES = "1.35"
"""The version of the server that was asked."""

HEADER = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
Judged = Callable[..., Report]


def refused(path: Path) -> set[str]:
    """Return the mutants of a file that the server refused."""
    lines = (REFUSED / path.name).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    parts = (line.partition(": ") for line in lines)
    return {f"{place}: {change}" for place, _, changes in parts for change in changes.split(" | ")}


def patterns(path: Path) -> dict[tuple[str, str], bool]:
    """Return the listed disagreements about the objects of a file, and whether lint is the one that refuses."""
    rows = yaml.safe_load((DATA / "disagreements.yaml").read_text(encoding="utf-8"))
    names = [mutants[0].object for _, mutants in corpus(path)]
    return {
        (row["lint"], pattern): row["lint"] == "refuses"
        for row in rows
        for pattern in row["where"]
        if any(fnmatchcase(name, pattern.partition(" ")[0]) for name in names)
    }


def violated(document: dict[str, Any]) -> bool:
    root = parse(json.dumps(document).encode()).documents[0].root
    assert isinstance(root, Mapping)
    return any(not found.is_risky for found in schema.load(KUBERNETES).check(root).violations)


def errors(judged: Judged, document: dict[str, Any]) -> set[tuple[str, str]]:
    """Return all errors about a document that is applied."""
    files = {
        ".infra-tool.yaml": f"version: 1\nkubernetes: '{KUBERNETES}'\n",
        "clusters/koala/kustomization.yaml": f"{HEADER}  - ../../apps/demo\n",
        "apps/demo/kustomization.yaml": f"{HEADER}  - object.yaml\n",
        "apps/demo/object.yaml": json.dumps(document),
    }
    return {(found.code, found.message) for found in judged(files).findings if found.severity == "error"}


def disagreements(judged: Judged, path: Path) -> Iterator[tuple[Mutant, bool]]:
    """Yield what lint and the server differ about, and whether lint is the one that refuses it."""
    theirs = refused(path)
    for whole, mutants in corpus(path):
        known: set[tuple[str, str]] | None = None
        for mutant in mutants:
            is_refused, is_error = str(mutant) in theirs, violated(mutant.document)
            if is_refused and not is_error:
                # What other objects would have to be there is no matter here, only what the change adds.
                known = errors(judged, whole) if known is None else known
                is_error = not errors(judged, mutant.document) <= known
            if is_refused != is_error:
                yield mutant, is_error


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_lint_and_the_server_agree_but_for_listed_reasons(judged: Judged, path: Path) -> None:
    listed, used, unlisted = patterns(path), set(), []
    for mutant, lint_refuses in disagreements(judged, path):
        fits = {key for key, refuses in listed.items() if refuses == lint_refuses and fnmatchcase(str(mutant), key[1])}
        used |= fits
        if not fits:
            unlisted.append(f"{mutant}: {'only lint' if lint_refuses else 'only the server'} refuses it")
    assert unlisted == []
    assert {*listed} - used == set(), "listed, but no longer so"


def test_the_corpus_is_worth_asking_about() -> None:
    mutants = [mutant for path in CORPUS for _, found in corpus(path) for mutant in found]
    taken = len(mutants) - sum(len(refused(path)) for path in CORPUS)
    assert len(mutants) > 10_000
    assert taken > len(mutants) / 4
    assert len({mutant.object.partition("/")[0] for mutant in mutants}) > 30
