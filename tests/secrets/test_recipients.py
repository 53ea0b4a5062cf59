"""What the files on disk would be after a kill: rules come last, so that the same call completes."""

from collections.abc import Callable

from infra_tool import secrets, sops
from infra_tool.edits import Edits, Plan, Snapshot
from infra_tool.secrets import Session
from infra_tool.sops import Identity

PATH = "apps/n8n/secrets.enc.yaml"
After = Callable[[Snapshot, Plan[object]], Snapshot]


def test_the_rules_are_written_behind_the_files(repo: Snapshot, session: Session, after: After) -> None:
    key = sops.generate_identity().recipient
    added = secrets.add_recipient(repo, key, "nina", session)
    assert list(added.edits) == [PATH, ".sops.yaml"]
    removed = secrets.remove_recipient(after(repo, added), "nina", session)
    assert list(removed.edits) == [PATH, "apps/n8n/deployment.yaml", ".sops.yaml"]


def test_planning_again_gives_the_same_plan(repo: Snapshot, session: Session) -> None:
    key = sops.generate_identity().recipient
    assert secrets.add_recipient(repo, key, "nina", session) == secrets.add_recipient(repo, key, "nina", session)
    assert secrets.rotate(repo, None, session) == secrets.rotate(repo, None, session)


def test_a_key_with_an_anchor_goes_wholly(
    repo: Snapshot, session: Session, after: After, laura: Identity, cluster: Identity
) -> None:
    rules = (
        f"keys:\n  - &laura {laura.recipient}\n  - &koala {cluster.recipient}\ncreation_rules:\n"
        "  - path_regex: enc\n    encrypted_regex: ^(data|stringData)$\n    key_groups:\n"
        "      - age:\n          - *laura\n          - *koala\n"
    )
    start = after(repo, Plan(Edits().write(".sops.yaml", rules.encode()), "", None))
    assert [holder.recipient.name for holder in secrets.holders(start.tree)] == ["laura", "koala"]
    removed = secrets.remove_recipient(start, "koala", session)
    tree = after(start, removed).tree
    assert cluster.recipient.encode() not in tree.read(".sops.yaml") + tree.read(PATH)
    assert secrets.get(tree, PATH, "API_KEY", session).reveal() == "stub"
