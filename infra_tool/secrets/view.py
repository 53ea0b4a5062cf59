"""What an encrypted file holds and who can open it, told without any key."""

from dataclasses import dataclass

from infra_tool import sops
from infra_tool.edits import Tree
from infra_tool.secrets.session import Session, read
from infra_tool.secrets.values import decoded, values
from infra_tool.sops import Recipient, Secret, Size
from infra_tool.yamldoc import YamlFile, text


@dataclass(frozen=True)
class Entry:
    """One value: the object it belongs to (`Kind/name`, empty where there is none), its path, type and size in bytes.

    `size` is that of the plain value, which ciphertext does not hide. `encrypted` is False for a value in the clear.
    """

    object: str
    name: str
    type: str
    size: int
    stub: bool
    encrypted: bool


@dataclass(frozen=True)
class View:
    """An encrypted file."""

    path: str
    lastmodified: str
    selector: str
    recipients: tuple[Recipient, ...]
    entries: tuple[Entry, ...]


def view(tree: Tree, path: str) -> View:
    """Read names, types, sizes and recipients of an encrypted file; names come from `.sops.yaml`.

    Raises InfraToolError when the file is not encrypted.
    """
    file, found = sops.parse(read(tree, path), path)
    rules = sops.load_rules(tree)
    names = rules.names if rules else {}
    recipients = tuple(entry.named(names.get(entry.text)) for entry in found.recipients)
    selector = f"{found.selector.kind}: {found.selector.pattern}"
    return View(path, found.lastmodified, selector, recipients, tuple(_entries(file)))


def reveal(tree: Tree, path: str, session: Session) -> tuple[Secret, ...]:
    """Return the values of the entries that `view` gives, in its order, those of a Secret's `data` as a pod sees them.

    Base64 that is broken, or no text, stays as it is. Raises as `values` does.
    """
    data = read(tree, path)
    found = values(tree, path, data, session)
    return tuple(_shown(size, found[size.document, size.path]) for size in sops.sizes(sops.parse(data, path)[0]))


def _shown(size: Size, value: Secret) -> Secret:
    try:
        plain = decoded(str(size.path[0]), value)
    except ValueError:
        return value
    return plain if plain.is_text else value


def _entries(file: YamlFile) -> list[Entry]:
    entries = []
    for size in sops.sizes(file):
        root = file.documents[size.document].root
        kind, name = text(root, "kind"), text(root, "metadata", "name")
        stub = size.path[-1] in sops.stub_keys(root)
        entries.append(
            Entry(f"{kind}/{name}" if kind else "", size.name, size.type, size.bytes, stub, encrypted=size.encrypted)
        )
    return entries
