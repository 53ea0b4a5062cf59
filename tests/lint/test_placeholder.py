"""Which images hold something that somebody was to replace."""

import pytest

from infra_tool import reference
from infra_tool.lint import placeholder
from infra_tool.reference import Reference
from infra_tool.repo import Config

OWN = Config(registry="registry.example.org:5000", owner="laura")


@pytest.mark.parametrize(
    "tag",
    [
        *("IMAGE_TAG", "image-tag", "imageTag", "TAG", "<tag>", "${TAG}", "${TAG:-1}", "$(TAG)", "{{ .Values.tag }}"),
        *("REPLACE_ME", "changeme", "CHANGE-ME", "placeholder", "TODO", "xxx", "NEW_TAG", "your-version", "__TAG__"),
        *("%TAG%", "@@TAG@@", "<your-tag-here>"),
    ],
)
def test_a_tag_to_be_replaced(tag: str) -> None:
    found = placeholder.find(Reference("n8nio/n8n", tag))
    assert found is not None
    assert (found.text in tag, found.in_name) == (True, False)


@pytest.mark.parametrize(
    "tag",
    [
        *("1.70.0", "v1", "latest", "4f2c9d1", "RELEASE.2024-11-07T00-52-20Z", "2024.11", "release-1.2", "tagged-1"),
        *("todo-app-1.2", "xx", "version-1", "stable-tag-2"),
    ],
)
def test_a_tag_that_is_meant(tag: str) -> None:
    assert placeholder.find(Reference("n8nio/n8n", tag)) is None


@pytest.mark.parametrize("name", ["IMAGE_NAME", "REPLACE_ME/n8n", "<registry>/n8n", "${REGISTRY}/n8n", "a/CHANGEME"])
def test_a_name_to_be_replaced(name: str) -> None:
    found = placeholder.find(Reference(name, "1"))
    assert found is not None
    assert (found.text in name, found.in_name) == (True, True)


@pytest.mark.parametrize("name", ["n8n", "ghcr.io/todo/todo", "registry.example.org:5000/replaceme-app", "a/image_tag"])
def test_a_name_that_is_meant(name: str) -> None:
    assert placeholder.find(Reference(name, "1")) is None


def test_a_tag_beside_a_digest_may_say_anything() -> None:
    assert placeholder.find(Reference("n8n", "IMAGE_TAG", f"sha256:{'0' * 64}")) is None
    assert placeholder.find(Reference("n8n", None, "<digest>")) == ("<digest>", False)


@pytest.mark.parametrize(
    ("image", "config", "expected"),
    [
        ("registry.example.org:5000/laura/n8n:IMAGE_TAG", OWN, True),
        ("registry.example.org:5000/laura/n8n:TAG", OWN, False),
        ("registry.example.org:5000/laura/n8n:IMAGE_TAG@sha256:0", OWN, False),
        ("registry.example.org:5000/lauren/n8n:IMAGE_TAG", OWN, False),
        ("registry.example.org:5000/any/n8n:IMAGE_TAG", Config(registry="registry.example.org:5000"), True),
        ("n8nio/n8n:IMAGE_TAG", OWN, False),
        ("laura/n8n:IMAGE_TAG", Config(owner="laura"), False),
    ],
)
def test_an_own_image_waits_for_its_first_deploy(image: str, config: Config, *, expected: bool) -> None:
    assert placeholder.is_never_deployed(reference.split(image), config) is expected
