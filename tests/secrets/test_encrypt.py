from collections.abc import Callable

import pytest

from infra_tool import secrets, sops, yamldoc
from infra_tool.edits import Edits, Overlay, Plan, Snapshot
from infra_tool.errors import RefusedError, UsageError
from infra_tool.finding import Finding
from infra_tool.secrets import Draft, Encrypted, Session

PATH = "apps/n8n/secrets.enc.yaml"
After = Callable[[Snapshot, Plan[object]], Snapshot]


def test_in_place_and_the_pods_that_read_it(plain: Snapshot, session: Session) -> None:
    plan = secrets.encrypt(plain, {PATH: None}, session)
    assert plan.result == (Encrypted(PATH, "encrypted"),)
    assert plan.message == f"chore(secrets): encrypt {PATH}"
    assert list(plan.edits) == [PATH, "apps/n8n/deployment.yaml"]
    data = Overlay(plain.tree, plan.edits).read(PATH)
    assert b"ENCRYPTION_KEY: ENC[" in data
    deployment = Overlay(plain.tree, plan.edits).read("apps/n8n/deployment.yaml").decode()
    name = sops.fingerprint(yamldoc.parse(data))
    assert f'infra-tool/secrets: "{name}" # by the tool' in deployment
    assert deployment.count(name) == 2


def test_the_same_again_is_nothing_and_asks_for_no_key(repo: Snapshot) -> None:
    plan = secrets.encrypt(repo, {PATH: None}, Session(keys=lambda: pytest.fail("asked for keys")))
    assert plan.result == (Encrypted(PATH, "unchanged"),)
    assert not plan.edits


def test_a_partly_encrypted_file_is_completed(repo: Snapshot, session: Session, after: After) -> None:
    added = repo.tree.read(PATH).replace(b"stringData:\n", b"stringData:\n  NEW: hunter2\n")
    changed = after(repo, Plan(Edits().write(PATH, added), "", None))
    plan = secrets.encrypt(changed, {PATH: None}, session)
    assert plan.result == (Encrypted(PATH, "completed"),)
    assert secrets.get(after(changed, plan).tree, PATH, "NEW", session) == sops.Secret("hunter2")


def test_planning_again_gives_the_same_plan(plain: Snapshot, session: Session) -> None:
    first = secrets.encrypt(plain, {PATH: None}, session)
    assert secrets.encrypt(plain, {PATH: None}, session) == first


def test_content_from_outside_of_the_snapshot(repo: Snapshot, session: Session, after: After) -> None:
    """As with a push: the plain file is on somebody's disk, and not on the tip of the branch."""
    plan = secrets.encrypt(repo, {"apps/new/x.enc.yaml": Draft(b"kind: Secret\nstringData:\n  A: hunter2\n")}, session)
    tree = after(repo, plan).tree
    assert secrets.get(tree, "apps/new/x.enc.yaml", "A", session).reveal() == "hunter2"


@pytest.mark.parametrize(
    ("path", "message"),
    [("nowhere.enc.yaml", "no such file"), ("apps/n8n/deployment.yaml", "no creation rule matches this path")],
)
def test_what_is_asked_wrongly(plain: Snapshot, session: Session, path: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        secrets.encrypt(plain, {path: None}, session)
    assert caught.value.path == path


def test_a_repo_without_rules(plain: Snapshot, session: Session, after: After) -> None:
    bare = after(plain, Plan(Edits().delete(".sops.yaml"), "", None))
    with pytest.raises(UsageError, match=r"the repo has no \.sops\.yaml"):
        secrets.encrypt(bare, {PATH: None}, session)


def test_from_a_plain_file_only_what_changed_changes(repo: Snapshot, session: Session, after: After) -> None:
    old = repo.tree.read(PATH)
    plain = sops.decrypt(old, PATH, session.keys())
    assert not secrets.replace(repo, plain, PATH, session).edits
    plan = secrets.replace(repo, plain.replace(b"KEY: one", b"KEY: two"), PATH, session)
    assert plan.result == (Encrypted(PATH, "updated"),)
    new = after(repo, plan).tree.read(PATH)
    changed = [a for a, b in zip(new.splitlines(), old.splitlines(), strict=True) if a != b]
    assert [line.split(b":")[0].strip() for line in changed] in (
        [b"ENCRYPTION_KEY", b"lastmodified", b"mac"],
        [b"ENCRYPTION_KEY", b"mac"],
    )
    assert "apps/n8n/deployment.yaml" in plan.edits.files


def test_from_a_plain_file_to_a_new_one(plain: Snapshot, session: Session, after: After) -> None:
    plan = secrets.replace(plain, b"kind: Secret\nstringData: {A: x}\n", "apps/new/x.enc.yaml", session)
    assert plan.result == (Encrypted("apps/new/x.enc.yaml", "encrypted"),)
    assert sops.is_encrypted(yamldoc.parse(after(plain, plan).tree.read("apps/new/x.enc.yaml")))


def test_a_result_that_lint_has_something_against_is_refused(plain: Snapshot, session: Session) -> None:
    careful = Session(
        session.keys, session.entropy, lint=lambda _, edits: [Finding(next(iter(edits)), 1, 1, "T001", "broken")]
    )
    with pytest.raises(RefusedError, match="the result would not pass lint: T001 broken"):
        secrets.encrypt(plain, {PATH: None}, careful)
    assert secrets.encrypt(plain, {PATH: None}, Session(session.keys, session.entropy, lint=lambda *_: [])).edits
