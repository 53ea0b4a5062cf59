"""Where a browser shows a commit."""

import pytest

from infra_tool.deploy import commit_url


@pytest.mark.parametrize(
    ("remote", "server", "page"),
    [
        ("https://git.example.test/team/infra.git", None, "https://git.example.test/team/infra/commit/c"),
        ("http://me@127.0.0.1:3000/team/infra", None, "http://127.0.0.1:3000/team/infra/commit/c"),
        ("ssh://git@git.example.test:2222/team/infra.git", None, "https://git.example.test/team/infra/commit/c"),
        ("git@git.example.test:team/infra.git", None, "https://git.example.test/team/infra/commit/c"),
        (
            "ssh://git@git.example.test:2222/team/infra.git",
            "http://git.example.test:3000/",
            "http://git.example.test:3000/team/infra/commit/c",
        ),
        ("git@github.com:team/infra", "https://git.example.test", "https://github.com/team/infra/commit/c"),
        ("file:///srv/infra.git", None, None),
        ("/srv/infra.git", None, None),
        ("../infra.git", None, None),
        (None, None, None),
    ],
)
def test_a_commit_has_a_page_where_the_remote_has_a_host(
    remote: str | None, server: str | None, page: str | None
) -> None:
    assert commit_url(remote, "c", server) == page


def test_no_commit_has_no_page() -> None:
    assert commit_url("https://git.example.test/team/infra.git", None) is None
