"""Image references."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from infra_tool.errors import UsageError
from infra_tool.reference import Reference, is_digest, is_tag, parse, problem_of, split

SHA = "sha256:" + "0123456789abcdef" * 4
PART = st.from_regex(r"[a-z0-9]+(?:(?:\.|_|__|-{1,3})[a-z0-9]+){0,2}", fullmatch=True)
HOST = st.sampled_from(
    ["", "localhost/", "localhost:5000/", "registry.example.com/", "a.b:1/", "[::1]:5000/", "10.0.0.1/", "MyHost/"]
)
TAG = st.none() | st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "name", "tag", "digest"),
    [
        ("n8n", "n8n", None, None),
        ("n8n:v1", "n8n", "v1", None),
        (f"n8n@{SHA}", "n8n", None, SHA),
        (f"n8n:v1@{SHA}", "n8n", "v1", SHA),
        ("registry.example.com:5000/owner/n8n", "registry.example.com:5000/owner/n8n", None, None),
        ("registry.example.com:5000/owner/n8n:1.10", "registry.example.com:5000/owner/n8n", "1.10", None),
        ("localhost/a__b/c---d", "localhost/a__b/c---d", None, None),
        ("[2001:db8::1]:5000/a:_x", "[2001:db8::1]:5000/a", "_x", None),
        ("a:" + "x" * 128, "a", "x" * 128, None),
    ],
)
def test_parts(text: str, name: str, tag: str | None, digest: str | None) -> None:
    assert parse(text) == Reference(name, tag, digest)
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it has no name"),
        (":v1", "it has no name"),
        (f"@{SHA}", "it has no name"),
        ("N8n", "'N8n' holds capital letters"),
        ("owner/N8n", "'N8n' holds capital letters"),
        ("a_-b", "'a_-b' cannot be part of its name"),
        ("a//b", "'' cannot be part of its name"),
        ("a/", "'' cannot be part of its name"),
        ("/a", "'' cannot be part of its name"),
        ("-a", "'-a' cannot be part of its name"),
        ("a b", "'a b' cannot be part of its name"),
        ("a\n", "'a\\n' cannot be part of its name"),
        ("https://x.y/a", "'https:' is no registry"),
        ("-x.y/a", "'-x.y' is no registry"),
        ("x.y:port/a", "'x.y:port' is no registry"),
        ("a:", "'' is no tag"),
        ("a:-v1", "'-v1' is no tag"),
        ("a:v1\n", "'v1\\n' is no tag"),
        ("a:" + "x" * 129, f"'{'x' * 129}' is no tag"),
        ("a:é", "'é' is no tag"),
        ("a@", "'' is no digest"),
        ("a@sha256:abc", "'sha256:abc' is no digest"),
        (f"a@{SHA.upper()}", f"'{SHA.upper()}' is no digest"),
        (f"a@{SHA}@{SHA}", f"'{SHA}@{SHA}' is no digest"),
        ("a/" * 128 + "a", "its name is longer than 255 characters"),
        ("${IMAGE}", "'${IMAGE}' holds capital letters"),
    ],
)
def test_what_is_no_image(text: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert caught.value.message == f"{text!r} is no image: {problem}"
    assert caught.value.hint == "[REGISTRY/]PATH[:TAG][@sha256:DIGEST]"
    assert problem_of(split(text)) == problem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("n8n", "docker.io/library/n8n:v1"),
        ("n8n", "index.docker.io/library/n8n"),
        ("library/n8n", f"n8n@{SHA}"),
        ("owner/n8n", "docker.io/owner/n8n"),
        ("x.y/n8n:1", "x.y/n8n:2"),
    ],
)
def test_one_image_spelt_in_two_ways(one: str, other: str) -> None:
    assert parse(one).is_same_image(parse(other))
    assert parse(other).is_same_image(parse(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("n8n", "owner/n8n"),
        ("x.y/n8n", "x.y/library/n8n"),
        ("x.y/n8n", "x.y:443/n8n"),
        ("n8n", "x.y/library/n8n"),
        ("a/b", "b"),
    ],
)
def test_two_images(one: str, other: str) -> None:
    assert not parse(one).is_same_image(parse(other))


@pytest.mark.parametrize(
    ("text", "registry", "repository"),
    [
        ("n8n:v1", "docker.io", "library/n8n"),
        ("owner/n8n", "docker.io", "owner/n8n"),
        ("docker.io/n8n", "docker.io", "library/n8n"),
        ("localhost/n8n", "localhost", "n8n"),
        ("localhost:5000/a/b", "localhost:5000", "a/b"),
        ("x.y/a", "x.y", "a"),
    ],
)
def test_where_it_is_pulled_from(text: str, registry: str, repository: str) -> None:
    assert (parse(text).registry, parse(text).repository) == (registry, repository)


@given(host=HOST, parts=st.lists(PART, min_size=1, max_size=3), tag=TAG, digest=st.sampled_from([None, SHA]))
def test_what_is_printed_is_parsed_back(host: str, parts: list[str], tag: str | None, digest: str | None) -> None:
    assume(host or len(parts) == 1 or ("." not in parts[0] and parts[0] != "localhost"))
    reference = Reference(host + "/".join(parts), tag, digest)
    assert parse(str(reference)) == reference
    assert reference.is_same_image(reference._replace(tag="other", digest=None))


@given(text=st.text(max_size=40) | st.text("ab.:/@-_[]0A", max_size=20))
def test_any_text_is_cut_without_loss(text: str) -> None:
    assert str(split(text)) == text


def test_tags_and_digests() -> None:
    assert is_tag("0f3c")
    assert not is_tag("")
    assert is_digest("sha512:" + "a" * 128)
    assert not is_digest("md5:" + "a" * 32)
