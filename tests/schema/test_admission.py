"""What is demanded beyond the schemas."""

import pytest

from infra_tool import schema
from infra_tool.schema.admission import FACTS, cron, names, quantity, values
from infra_tool.schema.violation import Violation
from infra_tool.yamldoc import Mapping, parse

VERSIONS = ("1.25", "1.33", "1.37")


@pytest.mark.parametrize("name", sorted(FACTS))
def test_each_field_that_is_spoken_of_exists(name: str) -> None:
    facts = FACTS[name]
    shapes = [schema.load(version).shapes for version in VERSIONS]
    known = {field for each in shapes if name in each.definitions for field in each[name].fields}
    assert {*facts.fields, *facts.keys, *facts.required, *facts.optional} <= known


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1.", 1),
        ("100m", 0.1),
        ("1Ki", 1024),
        ("1e3", 1000),
        ("1E3", 1000),
        ("2E", 2e18),
        ("12e-2", 0.12),
        ("+1", 1),
        ("-1", -1),
        ("1k", 1000),
        ("5n", 5e-09),
    ],
)
def test_quantities(text: str, number: float) -> None:
    parsed = quantity.parse(text)
    assert parsed is not None
    assert float(parsed) == pytest.approx(number)
    assert quantity.quantity(text) is None


@pytest.mark.parametrize("text", ["1K", "128MB", "10 milli", "1,5", "m", "1ki", "0x10", "1Kib", "1e", "--1", "1_000"])
def test_what_is_no_quantity(text: str) -> None:
    assert quantity.quantity(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *",
        "*/5 * * * *",
        "0 3 * * 0",
        "0 0 1,15 * MON-FRI",
        "? ? ? ? ?",
        "59 23 31 12 6",
        "0-30/10 * * Jan *",
        "@daily",
        "@every 1h30m",
        "  0   3 * * *  ",
        "5/15 * * * *",
    ],
)
def test_schedules(text: str) -> None:
    assert cron.schedule(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 7",
        "*/0 * * * *",
        "5-1 * * * *",
        "* * * * * *",
        "@dayly",
        "TZ=UTC 0 3 * * *",
        "every day",
        "* * * * L",
        "1-2-3 * * * *",
        "@every soon",
    ],
)
def test_what_is_no_schedule(text: str) -> None:
    assert cron.schedule(text) is not None


@pytest.mark.parametrize(
    ("text", "label", "subdomain"),
    [
        ("web", True, True),
        ("2web", True, True),
        ("a.b", False, True),
        ("A", False, False),
        ("-a", False, False),
        ("a-", False, False),
        ("a..b", False, False),
        ("a" * 63, True, True),
        ("a" * 64, False, True),
        ("a_b", False, False),
        ("a" * 254, False, False),
    ],
)
def test_names(text: str, label: bool, subdomain: bool) -> None:  # noqa: FBT001 -- the two answers
    assert (names.label(text) is None, names.subdomain(text) is None) == (label, subdomain)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("app", True),
        ("app.kubernetes.io/name", True),
        ("a/b/c", False),
        ("/a", False),
        ("a/", False),
        ("A/b", False),
        ("-a", False),
        ("a b", False),
        ("a" * 63, True),
        ("a" * 64, False),
    ],
)
def test_keys_of_labels(text: str, is_one: bool) -> None:  # noqa: FBT001 -- the answer
    assert names.is_qualified(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("10.0.0.0/8", True),
        ("10.1.2.3/8", True),
        ("fd00::/8", True),
        ("10.0.0.0", False),
        ("10.0.0.0/33", False),
        ("010.0.0.0/8", False),
        ("10.0.0.0/255.0.0.0", False),
        ("::/129", False),
    ],
)
def test_networks(text: str, is_one: bool) -> None:  # noqa: FBT001 -- the answer
    assert (values.cidr(text) is None) is is_one


def found(text: str, version: str = "1.33") -> tuple[Violation, ...]:
    root = parse(text.encode()).documents[0].root
    assert isinstance(root, Mapping)
    return schema.load(version).check(root).violations


def test_a_service_may_begin_with_a_digit_since_it_is_told_so() -> None:
    service = "{apiVersion: v1, kind: Service, metadata: {name: 2web}, spec: {ports: [{port: 80}]}}"
    assert [one.code for one in found(service)] == ["K009"]
    assert found(service, "1.37") == ()


def test_what_a_template_of_claims_lacks_is_told_when_a_pod_needs_one() -> None:
    (one,) = found(
        """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [Once], resources: {requests: {storage: 1Gi}}}
"""
    )
    assert (one.code, one.is_risky) == ("K006", True)


def test_the_status_of_an_object_is_not_judged() -> None:
    assert (
        found(
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: a}]}, "
            "status: {conditions: [{type: Ready}], podIP: none}}"
        )
        == ()
    )


@pytest.mark.parametrize("value", ["${NAME}", "a-${NAME:=b}", "ENC[AES256_GCM,data:AA==]", "$(NAME)", ""])
def test_what_is_not_known_here_is_not_judged(value: str) -> None:
    spec = "{type: 'VALUE', clusterIP: 'VALUE', ports: [{port: 1}]}"
    text = "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: SPEC}".replace("SPEC", spec)
    assert found(text.replace("VALUE", value)) == ()


def test_a_value_of_a_secret_is_not_shown() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {key: hunter2!}\nstringData: {'a b': hunter3}"
    said = "".join(f"{one.message}{one.help}" for one in found(text))
    assert "base64" in said
    assert "hunter" not in said
