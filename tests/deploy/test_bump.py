"""What a bump plans: edits, message, what became of each service."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infra_tool import reference
from infra_tool.apps import Version
from infra_tool.apps.hold import Hold
from infra_tool.deploy import Policy, Source, Wanted, bump
from infra_tool.deploy.trailer import Deployed, read
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import InfraRepo

SHA = "0123456789abcdef" * 2 + "01234567"
D = "sha256:" + "0123456789abcdef" * 4


def test_the_message_says_all_by_itself(repo: "InfraRepo") -> None:
    source = Source(commit=SHA, repo="team/n8n", run="https://gitea.example.test/team/n8n/actions/runs/7")
    plan = repo.plan("n8n=v2", source=source)
    assert plan.message == (
        "chore(deploy): n8n → v2\n"
        "\n"
        f"Deployed: n8n registry.example.test/team/n8n IMAGE_TAG -> v2 from team/n8n@{SHA}\n"
        "CI-Run: https://gitea.example.test/team/n8n/actions/runs/7"
    )
    assert list(read(plan.message)) == [
        Deployed("n8n", "registry.example.test/team/n8n", "IMAGE_TAG", "v2", "team/n8n", SHA)
    ]


def test_several_services_are_one_commit(repo: "InfraRepo") -> None:
    plan = repo.plan("n8n=v2", "supervisor=v3")
    assert list(plan.edits) == ["apps/n8n/deployment.yaml", "apps/supervisor/deployment.yaml"]
    assert plan.message.splitlines()[0] == "chore(deploy): n8n → v2, supervisor → v3"
    assert [deploy.service for deploy in read(plan.message)] == ["n8n", "supervisor"]


def test_what_is_deployed_already_does_not_hold_up_the_rest(repo: "InfraRepo") -> None:
    repo.bump("n8n=v2")
    assert repo.bump("n8n=v2", "supervisor=v3") == ["unchanged", "deployed"]
    assert repo.messages[-1].splitlines()[0] == "chore(deploy): supervisor → v3"


def test_the_same_again_is_nothing_to_do(repo: "InfraRepo") -> None:
    assert repo.bump("n8n=v2") == ["deployed"]
    assert not repo.plan("n8n=v2").edits
    assert repo.bump("n8n=v2") == ["unchanged"]


def test_a_digest_stays_while_its_tag_does(repo: "InfraRepo") -> None:
    repo.bump(f"n8n=v2@{D}")
    assert repo.bump("n8n=v2") == ["unchanged"]
    assert repo.runs() == f"v2@{D}"
    repo.bump("n8n=v3")
    assert repo.runs() == "v3"
    assert next(read(repo.messages[-1])).old == f"v2@{D}"


def test_a_held_service_refuses_them_all(repo: "InfraRepo") -> None:
    repo.files["apps/n8n/.hold"] = "by: Ada\nat: 2026-01-02T03:04:05Z\nreason: loses mail\n"
    plan = repo.plan("supervisor=v3", "n8n=v2")
    assert not plan.edits
    assert [(one.service, one.action, one.changes) for one in plan.result.services] == [
        ("supervisor", "unchanged", ()),
        ("n8n", "held", ()),
    ]
    assert plan.result.refused[0].held_by == Hold("Ada", "2026-01-02T03:04:05Z", "loses mail")


@pytest.mark.parametrize("text", ["", "{", "- a\n", "by: [x]\n"])
def test_a_hold_that_cannot_be_read_holds(text: str, repo: "InfraRepo") -> None:
    repo.files["apps/n8n/.hold"] = text
    assert repo.bump("n8n=v2") == ["held"]


@pytest.mark.parametrize(
    "word",
    ["n8n=v2:3", "n8n=-x", "n8n=", "n8n=a b", "n8n=v1@sha256:12", "-x=v1", "n 8=v1", "../n8n=v1", "..=v1", "=v1"],
)
def test_what_is_no_tag_or_service_is_refused(word: str, repo: "InfraRepo") -> None:
    with pytest.raises(UsageError):
        repo.plan(word)


@example(name="n8n", tag="v1\n", image=None)
@example(name="n8n", tag="v1", image=None)
@example(name="n8n\n", tag="v1", image=None)
@given(name=st.text(), tag=st.text(), image=st.none() | st.text())
def test_any_words_are_deployed_or_refused(
    name: str, tag: str, image: str | None, make_repo: "Callable[[], InfraRepo]"
) -> None:
    wanted = Wanted(service=name, version=Version(tag), image=image)
    try:
        plan = bump([wanted], Source(), Policy())(make_repo())
    except UsageError:
        return
    assert reference.is_tag(tag)
    assert name in ("n8n", "supervisor")
    assert plan.message.count("\n") == 2


def test_a_service_is_named_once(repo: "InfraRepo") -> None:
    with pytest.raises(UsageError, match="twice"):
        repo.plan("n8n=v1", "n8n=v2")


def test_a_trailer_is_a_line_of_its_own() -> None:
    text = f"Deployed: a b c -> d\n Deployed: x b c -> d\nfoo Deployed: y b c -> d\nDeployed: z i - -> v from @{SHA}"
    assert [deploy.service for deploy in read(text)] == ["a", "z"]
    assert list(read(text))[1] == Deployed("z", "i", "-", "v", "", SHA)


def test_a_trailer_reads_as_it_was_written() -> None:
    for deploy in (
        Deployed("a", "b", "-", "c"),
        Deployed("a", "b", "x", "c", "", SHA),
        Deployed("a", "b", "x", "c", "o/r", SHA),
    ):
        assert list(read(str(deploy))) == [deploy]
