"""What is set on a Gitea, by the library: the same again changes nothing, what others set stays."""

from collections.abc import Iterator
from dataclasses import replace

import gitea_api
import pytest
from gitea_api import Gitea

from infra_tool.errors import InfraToolError, UsageError
from infra_tool.gitea import Client, KeyPair, Receiver, Repo, Step, Value, Wanted, carry_out, plan, public_half

PATTERNS = ("clusters/**", "apps/**/.hold")


def pair() -> KeyPair:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    ).decode()
    return KeyPair(public_half(private, "cd"), private)


WANTED = Wanted(
    repo=Repo("team", "infra"),
    owner="team",
    branch="main",
    patterns=PATTERNS,
    spare=pair(),
    secrets=(Value("BUILDKIT_REGISTRY_AUTH", "USER:TOKEN", "bot:t0k3n"),),
    variables=(Value("INFRA_KNOWN_HOSTS", "host keys", "git.example.org ssh-ed25519 AAAA\n"),),
    flux=(("flux-koala", pair().public),),
    receivers=(Receiver("http://10.43.0.7", "/hook/0123", "t0k3n-of-the-hook"),),
    rule="keep versions matching (?:v1)",
)


@pytest.fixture
def server() -> Iterator[Gitea]:
    with gitea_api.serving(Gitea()) as up:
        yield up


def client(server: Gitea) -> Client:
    return Client(server.url, server.token)


def set_up(server: Gitea, wanted: Wanted = WANTED) -> dict[tuple[str, str], Step]:
    """Carry it out and return the steps by what they are about."""
    at = client(server)
    return {(step.kind, step.name): step for step in carry_out(at, plan(at, wanted))}


def actions(steps: dict[tuple[str, str], Step]) -> list[str]:
    return [step.action for step in steps.values()]


def test_everything_is_made_once(server: Gitea) -> None:
    steps = set_up(server)
    assert {place: step.action for place, step in steps.items()} == {
        ("secret", "INFRA_DEPLOY_KEY"): "write",
        ("deploy key", "cd"): "create",
        ("secret", "BUILDKIT_REGISTRY_AUTH"): "write",
        ("variable", "INFRA_KNOWN_HOSTS"): "create",
        ("deploy key", "flux-koala"): "create",
        ("branch protection", "main"): "create",
        ("webhook", "10.43.0.7"): "create",
        ("cleanup rule", "container"): "open",
    }
    rights = {key["title"]: (key["key"], key["read_only"]) for key in server.keys}
    assert rights == {"cd": (WANTED.spare.public, False), "flux-koala": (WANTED.flux[0][1], True)}
    assert server.secrets["team", "INFRA_DEPLOY_KEY"] == WANTED.spare.private
    assert server.protections["main"] == {
        "rule_name": "main",
        "enable_push": True,
        "enable_push_whitelist": True,
        "push_whitelist_usernames": ["team"],
        "push_whitelist_deploy_keys": True,
        "enable_force_push": False,
        "protected_file_patterns": "clusters/**;apps/**/.hold",
    }
    assert server.hooks[0]["config"] == {
        "url": "http://10.43.0.7/hook/0123",
        "content_type": "json",
        "secret": WANTED.receivers[0].token,
    }


def test_the_same_again_changes_nothing_but_secrets_that_are_given(server: Gitea) -> None:
    set_up(server)
    server.calls.clear()
    again = replace(WANTED, spare=pair(), secrets=(replace(WANTED.secrets[0], value=None),))
    assert actions(set_up(server, again)) == ["keep", "keep", "open", "keep", "keep", "keep", "keep", "open"]
    assert server.calls == []
    set_up(server)
    assert server.calls == ["PUT /user/actions/secrets/BUILDKIT_REGISTRY_AUTH"]


def test_a_plan_changes_nothing(server: Gitea) -> None:
    plan(client(server), WANTED)
    assert server.calls == []


def test_an_organisation_tells_which_secrets_it_has(server: Gitea) -> None:
    server.organisations = {"apps"}
    without = replace(WANTED, owner="apps", secrets=(replace(WANTED.secrets[0], value=None),))
    steps = set_up(server, without)
    assert steps["deploy key", "cd-apps"].action == "create", "another owner has another key"
    assert steps["secret", "INFRA_DEPLOY_KEY"].action == "create"
    assert steps["secret", "BUILDKIT_REGISTRY_AUTH"].detail.startswith("it has no value: export ")
    server.secrets["apps", "BUILDKIT_REGISTRY_AUTH"] = "bot:t0k3n"
    steps = set_up(server, without)
    assert steps["secret", "BUILDKIT_REGISTRY_AUTH"].action == "keep"


def test_a_key_whose_other_half_is_lost_is_made_anew(server: Gitea) -> None:
    server.organisations = {"apps"}
    wanted = replace(WANTED, owner="apps")
    set_up(server, wanted)
    del server.secrets["apps", "INFRA_DEPLOY_KEY"]
    new = pair()
    steps = set_up(server, replace(wanted, spare=new))
    assert steps["deploy key", "cd-apps"].action == "update"
    assert [key["key"] for key in server.keys if key["title"] == "cd-apps"] == [new.public]
    assert server.secrets["apps", "INFRA_DEPLOY_KEY"] == new.private


def test_another_key_takes_the_place_of_the_old_one(server: Gitea) -> None:
    set_up(server)
    given = pair()
    assert set_up(server, replace(WANTED, deploy_key=given))["deploy key", "cd"].action == "update"
    assert {key["key"] for key in server.keys} == {given.public, WANTED.flux[0][1]}
    assert server.secrets["team", "INFRA_DEPLOY_KEY"] == given.private


def test_a_key_with_other_rights_is_replaced_where_rights_are_told(server: Gitea) -> None:
    set_up(server)
    flux = next(key for key in server.keys if key["title"] == "flux-koala")
    flux["read_only"] = False
    assert set_up(server)["deploy key", "flux-koala"].action == "update"
    assert all(key["read_only"] for key in server.keys if key["title"] == "flux-koala")
    for key in server.keys:
        del key["repository"]
        key["read_only"] = False
    assert set_up(server)["deploy key", "flux-koala"].action == "keep", "nobody tells that it may write"


def test_what_is_protected_already_stays_so(server: Gitea) -> None:
    server.protections["main"] = {
        "rule_name": "main",
        "enable_push": True,
        "push_whitelist_usernames": ["ana", "Team"],
        "protected_file_patterns": "secret/** ; clusters/**",
        "required_approvals": 1,
    }
    assert set_up(server)["branch protection", "main"].action == "update"
    rule = server.protections["main"]
    assert rule["protected_file_patterns"] == "secret/**;clusters/**;apps/**/.hold"
    assert (rule["push_whitelist_usernames"], rule["required_approvals"]) == (["ana", "Team"], 1)
    assert set_up(server)["branch protection", "main"].action == "keep"


def test_a_branch_that_was_never_pushed_is_not_protected_from_it(server: Gitea) -> None:
    server.branches = {"maintenance"}
    step = set_up(server)["branch protection", "main"]
    assert (step.action, server.protections) == ("open", {})
    assert step.detail == "push main first: its first push is one that it would refuse"


def test_a_branch_is_left_alone_when_asked(server: Gitea) -> None:
    assert ("branch protection", "main") not in set_up(server, replace(WANTED, patterns=None))


def test_a_new_token_makes_a_new_webhook_and_foreign_ones_stay(server: Gitea) -> None:
    foreign = {"id": 99, "active": True, "events": ["push"], "config": {"url": "http://chat.example.org/hook/1"}}
    server.hooks.append(foreign)
    set_up(server)
    turned = Receiver("http://10.43.0.7/", "/hook/4567", "n3w")
    assert set_up(server, replace(WANTED, receivers=(turned,)))["webhook", "10.43.0.7"].action == "update"
    assert [hook["config"]["url"] for hook in server.hooks] == [
        "http://chat.example.org/hook/1",
        "http://10.43.0.7/hook/4567",
    ]


@pytest.mark.parametrize("base", ["10.43.0.7", "http://:pw@10.43.0.7", "http://me:pw@10.43.0.7", "http://[::1"])
def test_a_receiver_is_at_an_address_without_a_password(server: Gitea, base: str) -> None:
    with pytest.raises(UsageError, match="is no address") as error:
        set_up(server, replace(WANTED, receivers=(Receiver(base, "/hook/0123", "t0k3n"),)))
    assert "pw" not in f"{error.value} {error.value.hint}"
    assert server.calls == []


def test_the_webhook_of_another_cluster_stays(server: Gitea) -> None:
    set_up(server)
    other = Receiver("http://10.43.0.7", "/hook/abcd", "of-the-other")
    both = replace(WANTED, receivers=(*WANTED.receivers, other))
    set_up(server, both)
    assert [hook["config"]["url"] for hook in server.hooks] == [r.address for r in both.receivers]
    server.calls.clear()
    set_up(server, replace(both, secrets=()))
    assert server.calls == []


def test_an_old_webhook_is_taken_away_once(server: Gitea) -> None:
    set_up(server)
    turned = tuple(Receiver("http://10.43.0.7", f"/hook/{path}", "n3w") for path in ("4567", "89ab"))
    server.calls.clear()
    set_up(server, replace(WANTED, receivers=turned))
    assert sum(call.startswith("DELETE") for call in server.calls) == 1
    assert [hook["config"]["url"] for hook in server.hooks] == [each.address for each in turned]


def test_a_variable_with_another_value_is_changed(server: Gitea) -> None:
    server.variables["team", "INFRA_KNOWN_HOSTS"] = "git.example.org ssh-rsa BBBB"
    assert set_up(server)["variable", "INFRA_KNOWN_HOSTS"].action == "update"
    assert server.variables["team", "INFRA_KNOWN_HOSTS"] == WANTED.variables[0].value
    without = replace(WANTED, variables=(Value("INFRA_KNOWN_HOSTS", "host keys"), Value("OTHER", "x")))
    steps = set_up(server, without)
    assert steps["variable", "INFRA_KNOWN_HOSTS"].action == "keep"
    assert steps["variable", "OTHER"].action == "open"


def test_another_persons_token_is_refused_before_anything_is_set(server: Gitea) -> None:
    with pytest.raises(UsageError, match="the token is that of team, who cannot set the secrets of ana"):
        set_up(server, replace(WANTED, owner="ana"))
    assert server.calls == []


def test_a_repo_that_is_not_there(server: Gitea) -> None:
    with pytest.raises(InfraToolError, match="has no repo team/other that this token may see"):
        plan(client(server), replace(WANTED, repo=Repo("team", "other")))


def test_a_token_that_may_not(server: Gitea) -> None:
    server.refuses = "keys"
    with pytest.raises(InfraToolError, match="answered 403: token does not have") as error:
        set_up(server)
    assert (
        error.value.hint
        == "the token needs write:repository and write:user; write:organization where one owns the app repos"
    )


def test_nothing_shows_a_value() -> None:
    at = Client("http://127.0.0.1:1", "c4n4v6m")
    shown = repr((at, WANTED, plan.__name__, *(Receiver("b", "p", "t0k3n-of-the-hook"),)))
    private = WANTED.spare.private.splitlines()[1]
    assert not any(word in shown for word in ("t0k3n", "c4n4v6m", private))
