"""What Flux leaves out, by `.sourceignore`."""

import pytest

from infra_tool.edits import MemoryTree
from infra_tool.flux import Ignored


@pytest.mark.parametrize(
    ("pattern", "path", "is_ignored"),
    [
        ("secret.yaml", "apps/secret.yaml", True),
        ("secret.yaml", "apps/secret.yaml.bak", False),
        ("/secret.yaml", "apps/secret.yaml", False),
        ("/secret.yaml", "secret.yaml", True),
        ("*.md", "docs/a.md", True),
        ("*.md", "a.mdx", False),
        ("docs/", "docs/a/b.yaml", True),
        ("docs/", "apps/docs/b.yaml", True),
        ("docs/", "apps/docs", False),
        ("docs", "apps/docs", True),
        ("apps/*/draft", "apps/n8n/draft/a.yaml", True),
        ("apps/*/draft", "apps/n8n/x/draft/a.yaml", False),
        ("apps/**/draft", "apps/n8n/x/draft/a.yaml", True),
        ("apps/**/draft", "apps/draft/a.yaml", True),
        ("**/draft", "a/b/draft", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[ab].yaml", "b.yaml", True),
        ("[!ab].yaml", "b.yaml", False),
        ("# comment", "# comment", False),
        (r"\#hash", "#hash", True),
        ("/*\n!/apps", "apps/n8n/a.yaml", False),
        ("/*\n!/apps", "docs/a.yaml", True),
        ("", "apps/a.yaml", False),
        ("", "apps/.sops.yaml", True),
        ("", "logo.png", True),
        ("", ".github/workflows/ci.yaml", True),
    ],
)
def test_patterns(pattern: str, path: str, is_ignored: bool) -> None:  # noqa: FBT001 -- a column of the table
    assert (path in Ignored(MemoryTree({".sourceignore": pattern.encode()}))) is is_ignored


def test_the_file_of_a_directory_is_about_that_directory() -> None:
    ignored = Ignored(MemoryTree({"apps/.sourceignore": b"/draft\nbackup\n", ".sourceignore": b"*.txt\n"}))
    assert "apps/draft/a.yaml" in ignored
    assert "draft/a.yaml" not in ignored
    assert "other/backup" not in ignored
    assert "apps/a.txt" in ignored


def test_the_file_further_in_has_the_last_word() -> None:
    ignored = Ignored(MemoryTree({"apps/.sourceignore": b"!keep.txt\n", ".sourceignore": b"*.txt\n"}))
    assert "apps/keep.txt" not in ignored
    assert "apps/other.txt" in ignored
