"""What sops takes a scalar for: each row was seen with the real program (tests/interop/test_sops_types.py asks it)."""

import pytest

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.sops import values
from infra_tool.yamldoc import Scalar, lookup

ROWS = [
    ("text", "str", "text"),
    ('"1"', "str", "1"),
    ("'true'", "str", "true"),
    ("0755", "int", "493"),
    ("0o755", "int", "493"),
    ("0x1F", "int", "31"),
    ("0b101", "int", "5"),
    ("12345_54321", "int", "1234554321"),
    ("-0", "int", "0"),
    ("+12", "int", "12"),
    ("9223372036854775807", "int", "9223372036854775807"),
    ("-9223372036854775808", "int", "-9223372036854775808"),
    ("1e3", "float", "1000"),
    ("1.0", "float", "1"),
    ("-0.0", "float", "-0"),
    ("1e21", "float", "1000000000000000000000"),
    ("1.5e-7", "float", "0.00000015"),
    (".1", "float", "0.1"),
    (".inf", "float", "+Inf"),
    ("-.Inf", "float", "-Inf"),
    (".nan", "float", "NaN"),
    ("1e400", "str", "1e400"),
    ("true", "bool", "True"),
    ("False", "bool", "False"),
    ("yes", "str", "yes"),
    ("off", "str", "off"),
    ("y", "str", "y"),
    ("1:30", "str", "1:30"),
    ("=", "str", "="),
    ("2024-01-02", "time", "2024-01-02T00:00:00Z"),
    ("2024-01-02T03:04:05Z", "time", "2024-01-02T03:04:05Z"),
    ("2024-01-02 03:04:05.678900", "time", "2024-01-02T03:04:05.6789Z"),
    ("2024-01-02T03:04:05.123456789+02:00", "time", "2024-01-02T03:04:05.123456789+02:00"),
    ('""', "str", ""),
]


def plain(source: str) -> values.Plain | None:
    node = lookup(yamldoc.parse(f"key: {source}\n".encode()).documents[0].root, "key")
    assert isinstance(node, Scalar)
    return values.plain(node)


@pytest.mark.parametrize(("source", "kind", "text"), ROWS)
def test_type_and_bytes(source: str, kind: str, text: str) -> None:
    assert plain(source) == values.Plain(kind, text.encode())


@pytest.mark.parametrize("source", ["", "~", "null", "Null", "NULL"])
def test_a_null_is_no_value(source: str) -> None:
    assert plain(source) is None


@pytest.mark.parametrize("source", ["9223372036854775808", "18446744073709551615"])
def test_an_integer_beyond_64_bits_is_refused_without_being_shown(source: str) -> None:
    with pytest.raises(InfraToolError, match="beyond 64 bits") as caught:
        plain(source)
    assert source not in str(caught.value)


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        (("bool", b"true"), ("bool", b"True")),
        (("bool", b"False"), ("bool", b"False")),
        (("bytes", b"x"), ("str", b"x")),
        (("int", b"7"), ("int", b"7")),
    ],
)
def test_older_spellings_count_as_today(opened: tuple[str, bytes], expected: tuple[str, bytes]) -> None:
    assert values.normal(values.Plain(*opened)) == values.Plain(*expected)


def test_a_plain_value_is_not_shown() -> None:
    assert "hunter2" not in repr(values.Plain("str", b"hunter2"))
