"""Whatever is typed as a branch, URL or author reaches git as such, or not at all."""

import re
import subprocess

from hypothesis import example, given, settings
from hypothesis import strategies as st

from infra_tool.errors import UsageError
from infra_tool.git import Delivery, check_url
from infra_tool.git.commit import identity
from infra_tool.git.push import branch
from infra_tool.git.shared import address

CANDIDATES = st.text(st.sampled_from("ab-./@{}~^:?*[\\ \n\0+é=")) | st.text()


@example("-x")
@example("--upload-pack=x")
@example("a..b")
@example("a/.b")
@example("a.lock/b")
@example("@{-1}")
@settings(deadline=None)
@given(CANDIDATES)
def test_a_branch_is_one_for_git_too(name: str) -> None:
    try:
        found = branch(Delivery(kind="push", branch=name))
    except UsageError:
        return
    assert found == name
    assert not name.startswith("-")
    assert subprocess.run(("git", "check-ref-format", f"refs/heads/{name}"), check=False).returncode == 0


@example("-oProxyCommand=x:y")
@example("ssh://-oProxyCommand=x/y")
@example("ssh://a@-x/y")
@given(st.text(st.sampled_from("ab-/@:[].%1")).map("ssh://{}".format) | st.text(st.sampled_from("ab-/@:[].%1")))
def test_ssh_is_told_no_option_by_a_url(url: str) -> None:
    found = address(url)
    if found is not None:
        *options, dashes, host = found
        assert dashes == "--"
        assert not host.startswith("-")
        assert options == [] or (options[0] == "-p" and options[1].isdigit())


@given(st.text(st.sampled_from("ab-/@:1")).map("https://{}".format) | st.text())
def test_a_url_is_no_option_and_holds_no_password(url: str) -> None:
    try:
        found = check_url(url)
    except UsageError:
        return
    assert found == url
    assert url
    assert not re.match(r"\w+://[^/@]*:[^/@]*[^\d/@][^/@]*@", url, re.ASCII)
    assert not url.startswith("-")


@given(st.text(st.sampled_from("ab <>@\n\0é-")) | st.text())
def test_an_author_is_a_name_and_a_mail(author: str) -> None:
    try:
        found = identity({}, author)
    except UsageError:
        return
    name, mail = found["GIT_AUTHOR_NAME"], found["GIT_AUTHOR_EMAIL"]
    assert name.strip()
    assert not any(sign in name + mail for sign in "<>\n\0")
