"""What a command is about to write is judged: the changed files alone where that is enough."""

import subprocess
import sys
from functools import cache

import pytest

from infra_tool import sops, yamldoc
from infra_tool.edits import Edits, MemoryTree
from infra_tool.lint import guard, sealed

PATH = "apps/n8n/secret.enc.yaml"
PLAIN = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: n8n\nstringData:\n  A: one\n  B: two\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: n8n
  annotations: {note: hello}
spec:
  template:
    metadata:
      annotations: {infra-tool/secrets: 0123}
"""


@cache
def rules() -> str:
    recipients = ",".join(sops.generate_identity().recipient for _ in range(2))
    selector = "encrypted_regex: ^(data|stringData)$\n    mac_only_encrypted: true"
    return f"creation_rules:\n  - path_regex: \\.enc\\.yaml$\n    {selector}\n    age: {recipients}\n"


def tree(secret: str, resources: str = "secret.enc.yaml") -> MemoryTree:
    files = {
        ".infra-tool.yaml": "version: 1\n",
        ".sops.yaml": rules(),
        "clusters/koala/kustomization.yaml": "resources: [../../apps/n8n]\n",
        "apps/n8n/kustomization.yaml": f"resources: [{resources}]\n",
        PATH: secret,
    }
    return MemoryTree({path: text.encode() for path, text in files.items()})


@cache
def encrypted() -> str:
    found = sops.load_rules(tree(PLAIN))
    assert found is not None
    return sops.encrypt(PLAIN.encode(), PATH, found.rules[0]).decode()


def half() -> str:
    """Return the file with one value in the clear."""
    return "".join("  B: two\n" if line.startswith("  B: ") else line for line in encrypted().splitlines(keepends=True))


def is_sealed(old: str, new: str) -> bool:
    return sealed.is_all_that_changed(*(yamldoc.parse(text.encode(), PATH) for text in (old, new)))


def test_values_that_are_encrypted_are_no_other_change() -> None:
    assert is_sealed(PLAIN, encrypted())
    assert is_sealed(half(), encrypted())
    assert is_sealed(DEPLOYMENT, DEPLOYMENT.replace("0123", "4567"))


@pytest.mark.parametrize(
    ("old", "new"), [("  B: ", "  C: "), ("name: n8n", "name: api"), ("  A: ", "  A: &a "), ("kind: ", "x: y\nkind: ")]
)
def test_anything_else_is(old: str, new: str) -> None:
    assert not is_sealed(PLAIN, encrypted().replace(old, new, 1))
    assert not is_sealed(encrypted(), encrypted().replace(old, new, 1))


def test_the_clear_text_of_a_value_is_another_change() -> None:
    assert not is_sealed(encrypted(), half())
    assert not is_sealed(DEPLOYMENT, DEPLOYMENT.replace("hello", "bye"))


@pytest.mark.parametrize("old", [PLAIN, "half"])
def test_a_clean_file_is_judged_alone(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "run", lambda *_: pytest.fail("judged everything"))
    before = tree(half() if old == "half" else old)
    assert guard.errors(before, Edits().write(PATH, encrypted().encode())) == ()


def test_an_error_that_edits_bring_is_told() -> None:
    broken = encrypted().replace("lastmodified:", "last:")
    (found,) = guard.errors(tree(encrypted()), Edits().write(PATH, broken.encode()))
    assert (found.path, found.severity) == (PATH, "error")


def test_an_old_error_is_not_the_fault_of_edits_nor_one_elsewhere() -> None:
    broken = encrypted().replace("lastmodified:", "last:")
    more = broken.replace("kind: Secret", "kind: Secret  # more")
    assert not guard.errors(tree(broken), Edits().write(PATH, more.encode()))
    moved = Edits().write("apps/n8n/kustomization.yaml", b"resources: [secret.enc.yaml] # x\n")
    assert not guard.errors(tree(broken), moved)


def test_what_changes_the_tree_is_judged_in_it() -> None:
    (found,) = guard.errors(tree(PLAIN), Edits().write("apps/n8n/kustomization.yaml", b"resources: [nope.yaml]\n"))
    assert found.code == "T001"


def test_a_file_alone_is_judged_without_what_builds_the_tree() -> None:
    """Each of these takes as long to load as all the rest."""
    code = "import sys, infra_tool.lint.guard; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    assert "infra_tool.lint.source_judge" in loaded
    heavy = ("infra_tool.kustomize", "infra_tool.flux", "infra_tool.schema", "infra_tool.apps")
    assert not [name for name in loaded if name.startswith(heavy)]
