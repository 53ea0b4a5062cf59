import re
from collections.abc import Callable

import pytest

from infra_tool import secrets, sops, yamldoc
from infra_tool.edits import Edits, Plan, Snapshot
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.secrets import Draft, Session
from infra_tool.sops import Secret

PATH = "apps/n8n/secrets.enc.yaml"
After = Callable[[Snapshot, Plan[object]], Snapshot]


def lines(old: bytes, new: bytes) -> list[str]:
    known = old.decode().splitlines()
    return [line.split(":")[0].strip() for line in new.decode().splitlines() if line not in known]


def test_three_lines_and_the_annotation(repo: Snapshot, session: Session, after: After) -> None:
    plan = secrets.set_values(repo, PATH, {"ENCRYPTION_KEY": Secret("hunter2")}, session)
    assert plan.result.keys[0].action == "set"
    assert plan.result.restarted == ("Deployment/n8n", "CronJob/backup")
    assert not plan.result.keys[0].was_stub
    done = after(repo, plan)
    assert lines(repo.tree.read(PATH), done.tree.read(PATH)) == ["ENCRYPTION_KEY", "lastmodified", "mac"]
    name = sops.fingerprint(yamldoc.parse(done.tree.read(PATH)))
    assert done.tree.read("apps/n8n/deployment.yaml").decode().count(name) == 2
    assert secrets.get(done.tree, PATH, "ENCRYPTION_KEY", session) == Secret("hunter2")
    assert "hunter2" not in repr(plan)


def test_the_same_value_is_nothing_to_do(repo: Snapshot, session: Session) -> None:
    plan = secrets.set_values(repo, PATH, {"ENCRYPTION_KEY": Secret("one")}, session)
    assert plan.result.keys[0].action == "unchanged"
    assert not plan.edits


def test_planning_again_on_a_tip_that_moved(repo: Snapshot, session: Session, after: After) -> None:
    """Someone else set another key meanwhile: both values are there afterwards."""
    secrets.set_values(repo, PATH, {"ENCRYPTION_KEY": Secret("mine")}, session)
    moved = after(repo, secrets.set_values(repo, PATH, {"API_KEY": Secret("theirs")}, Session(session.keys)))
    done = after(moved, secrets.set_values(moved, PATH, {"ENCRYPTION_KEY": Secret("mine")}, session))
    assert [secrets.get(done.tree, PATH, key, session).reveal() for key in ("ENCRYPTION_KEY", "API_KEY")] == [
        "mine",
        "theirs",
    ]


def test_no_restart_when_not_wanted(repo: Snapshot, session: Session) -> None:
    plan = secrets.set_values(repo, PATH, {"ENCRYPTION_KEY": Secret("x")}, session, refresh=False)
    assert list(plan.edits) == [PATH]


def test_a_stub_is_a_stub_no_more(repo: Snapshot, session: Session, after: After) -> None:
    plan = secrets.set_values(repo, PATH, {"SMTP_PASSWORD": Secret("x")}, session)
    assert plan.result.keys[0].was_stub
    done = after(repo, plan)
    assert b"infra-tool/stub-keys: API_KEY\n" in done.tree.read(PATH)
    # Also when the value stays: the person says that it is the real one.
    last = after(done, secrets.set_values(done, PATH, {"API_KEY": Secret("stub")}, session))
    root = yamldoc.parse(last.tree.read(PATH)).documents[0].root
    assert yamldoc.lookup(root, "metadata", "annotations") is None
    assert secrets.get(last.tree, PATH, "API_KEY", session).reveal() == "stub"
    assert sops.inspect(yamldoc.parse(last.tree.read(PATH))) == []


def test_a_new_key_is_added_below_the_others(repo: Snapshot, session: Session, after: After) -> None:
    plan = secrets.set_values(repo, PATH, {"NEW": Secret("hunter2")}, session)
    assert plan.result.keys[0].action == "added"
    done = after(repo, plan)
    assert lines(repo.tree.read(PATH), done.tree.read(PATH)) == ["NEW", "lastmodified", "mac"]
    assert secrets.get(done.tree, PATH, "NEW", session).reveal() == "hunter2"


@pytest.mark.parametrize(
    ("source", "key", "value", "field"),
    [
        ("kind: Secret\ndata:\n  A: eA==\n", "B", b"text", "data"),
        ("kind: Secret\nstringData:\n  A: x\n", "B", b"\xff\x00", "data"),
        ("kind: Secret\nstringData:\n  A: x\n", "B", b"a${HOME}", "data"),
        ("kind: Secret\ndata: {A: eA==}\n", "A", b"\xff", "data"),
        ("kind: Secret\nstringData: {A: x}\n", "B", b"y", "stringData"),
        ("kind: Secret\nstringData:\n  A: x\n  N:\n", "N", b"y", "stringData"),
        ("kind: Secret\nstringData:\n  A: x\n  N: ''\ndata:\n  N: eA==\n", "N", b"y", "stringData"),
        ("kind: Secret\nstringData:\n  A: x\n", "A", b"", "stringData"),
        ("kind: Secret\nstringData:\n  A: x\n", "A", b"two\nlines\n", "stringData"),
        ("kind: ConfigMap\n---\nkind: Secret\nstringData:\n  A: x\n", "A", b"y", "stringData"),
    ],
)
def test_where_a_value_goes(
    source: str, key: str, value: bytes, field: str, repo: Snapshot, session: Session, after: After
) -> None:
    start = after(repo, secrets.encrypt(repo, {"a.enc.yaml": Draft(source.encode())}, session))
    done = after(start, secrets.set_values(start, "a.enc.yaml", {key: Secret(value)}, session))
    assert secrets.get(done.tree, "a.enc.yaml", key, session).data == value
    root = next(
        document.root
        for document in yamldoc.parse(done.tree.read("a.enc.yaml")).documents
        if yamldoc.text(document.root, "kind") == "Secret"
    )
    assert yamldoc.text(root, field, key) is not None


def test_bytes_under_string_data(repo: Snapshot, session: Session) -> None:
    with pytest.raises(InfraToolError, match="the value is no text"):
        secrets.set_values(repo, PATH, {"API_KEY": Secret(b"\xff")}, session)


def test_no_one_place_for_a_new_key(repo: Snapshot, session: Session, after: After) -> None:
    two = b"kind: Secret\nstringData: {A: x}\n---\nkind: Secret\nstringData: {B: x, A: z}\n"
    start = after(repo, secrets.encrypt(repo, {"a.enc.yaml": Draft(two)}, session))
    with pytest.raises(InfraToolError, match="this file holds 2 Secrets"):
        secrets.set_values(start, "a.enc.yaml", {"C": Secret("x")}, session)
    with pytest.raises(UsageError, match="key A is in several Secrets"):
        secrets.set_values(start, "a.enc.yaml", {"A": Secret("x")}, session)


def test_a_plain_file_and_a_missing_one(plain: Snapshot, session: Session) -> None:
    with pytest.raises(InfraToolError, match="is not encrypted") as caught:
        secrets.set_values(plain, PATH, {"A": Secret("x")}, session)
    assert caught.value.hint == f"infra-tool encrypt-secret {PATH}"
    with pytest.raises(UsageError, match="no such file"):
        secrets.set_values(plain, "nowhere.enc.yaml", {"A": Secret("x")}, session)


def test_an_annotation_that_cannot_be_edited_is_said(repo: Snapshot, session: Session, after: After) -> None:
    odd = re.sub(rb'secrets: "\w+"', b"secrets: |\n          x", repo.tree.read("apps/n8n/deployment.yaml"))
    start = after(repo, Plan(Edits().write("apps/n8n/deployment.yaml", odd), "", None))
    with pytest.raises(InfraToolError) as caught:
        secrets.set_values(start, PATH, {"API_KEY": Secret("x")}, session)
    assert (caught.value.path, caught.value.hint) == (
        "apps/n8n/deployment.yaml",
        "write the annotation out, or use --no-restart",
    )
