"""Our verdicts against kubernetes-validate's, on documents made from the schemas.

Those of the schemas alone must be the same; what is demanded beyond them may only add to it.
"""

import json
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from infra_tool import schema
from infra_tool.schema.schemas import load_from
from infra_tool.yamldoc import Mapping, parse

LISTED = Path(__file__).with_name("disagreements.yaml")
TOLD = {"K001", "K002", "K003", "K004", "K005", "K016", "K101"}
"""What schemas can tell."""
VERSIONS = ("1.25", "1.33", "1.37")


class Disagreement(NamedTuple):
    """What was done to an object of which kind, what we say and what kubernetes-validate says."""

    change: str
    kind: str
    ours: str
    theirs: str

    def fits(self, row: dict[str, str]) -> bool:
        """Tell whether a row of the list is about this; one without `change` or `kind` is about all of them."""
        return all(row.get(key, value) == value for key, value in self._asdict().items())


def ours(schemas: schema.Schemas, document: dict[str, Any], source: str) -> str:
    root = parse(source.encode()).documents[0].root
    assert isinstance(root, Mapping), document
    verdict = schemas.check(root)
    if codes := {found.code for found in verdict.violations} & TOLD:
        return "+".join(sorted(codes))
    return "unchecked" if verdict.unchecked else "valid"


def theirs(document: dict[str, Any], version: str) -> str:
    import kubernetes_validate
    from kubernetes_validate.utils import SchemaNotFoundError, ValidationError

    try:
        kubernetes_validate.validate(document, version, strict=True)
    except ValidationError as error:
        return str(error.validator)
    except SchemaNotFoundError:
        return "no schema"
    except KeyError:
        return "crash"
    return "valid"


def plain(version: str) -> schema.Schemas:
    """Return schemas without what the API server demands beyond them."""
    schemas = load_from(None, version)
    schemas.shapes = schema.Shapes(schemas.shapes.definitions)
    return schemas


@pytest.mark.slow
def test_verdicts_agree_but_for_listed_reasons(
    make: Callable[[str], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kubernetes_validate import utils

    # It reads two files a document, one of 1.5 MB; once each is enough.
    monkeypatch.setattr(utils, "schema_contents", lru_cache(utils.schema_contents))
    verdicts: Counter[bool] = Counter()
    kinds: set[str] = set()
    found: dict[Disagreement, str] = {}
    passed: dict[tuple[str, str], str] = {}
    for version in VERSIONS:
        schemas, whole = plain(version), schema.load(version)
        for index, made in enumerate(make(version)):
            # Half as JSON, half as block YAML, where plain scalars must be told apart.
            source = json.dumps(made.document) if index % 2 else yaml.safe_dump(made.document)
            one, other = ours(schemas, made.document, source), theirs(made.document, version)
            verdicts[other == "valid"] += 1
            kinds.add(made.kind)
            if (one == "valid") != (other == "valid"):
                kind = made.kind.rpartition(".api.")[2]
                found.setdefault(Disagreement(made.change, kind, one, other), source)
            if one not in ("valid", "unchecked") and ours(whole, made.document, source) in ("valid", "unchecked"):
                passed[made.change, one] = source
    assert set(passed) <= {("required field removed", "K005")}, "some of those the API server fills in"
    rows = yaml.safe_load(LISTED.read_text())
    assert not {case: source for case, source in found.items() if not any(case.fits(row) for row in rows)}
    assert not [row for row in rows if not any(case.fits(row) for case in found)], "listed, but no longer so"
    assert len(kinds) >= 40
    assert min(verdicts.values()) > verdicts.total() / 3 > 500 / 3


def test_every_disagreement_is_listed_once_with_its_reason() -> None:
    rows = yaml.safe_load(LISTED.read_text())
    assert all(
        {"ours", "theirs", "reason"} <= set(row) <= {"change", "kind", "ours", "theirs", "reason"} for row in rows
    )
    assert all(len(row["reason"]) > 20 for row in rows)
    assert len({tuple(row.get(key) for key in Disagreement._fields) for row in rows}) == len(rows)
