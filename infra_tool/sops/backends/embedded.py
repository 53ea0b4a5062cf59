"""The embedded codec: YAML files for age X25519 keys, whose layout it keeps."""

from collections.abc import Sequence

from infra_tool import splice, yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.sops import cipher, metadata, opened, plaintext, rewrap, seal, sealer, walk
from infra_tool.sops.backends.backend import Change, Means, not_completed
from infra_tool.sops.opened import Opened
from infra_tool.sops.rules import Rule
from infra_tool.splice import Splice
from infra_tool.yamldoc import Mapping, YamlFile, lookup

NAME = "embedded"


def encrypt(data: bytes, path: str, rule: Rule, means: Means) -> bytes:
    """Encrypt in place; a file that only the sops program can write must be encrypted wholly already."""
    file = yamldoc.parse(data, path)
    found = metadata.read(file)
    if found is None:
        return seal.fresh(file, rule, means.entropy, indent=means.indent, accept_types=means.accept_types)
    if seal.is_complete(file, found):
        return data
    if not found.readable or any(entry.kind != "x25519" for entry in found.recipients):
        raise not_completed(path)
    before = opened.open_file(file, means.keys(), partly=True, names=means.names)
    return seal.complete(before, means.entropy, accept_types=means.accept_types)


def decrypt(data: bytes, path: str, means: Means) -> bytes:
    """Return the plain content, its layout kept and the metadata removed."""
    return plaintext.render(_opened(data, path, means))


def replace(old: bytes, plain: YamlFile, means: Means) -> bytes:
    """Encrypt new content under the old data key."""
    before = _opened(old, plain.path, means)
    return seal.update(before, plain, means.entropy, accept_types=means.accept_types)


def edit(old: bytes, path: str, changes: Sequence[Change], means: Means) -> bytes:
    """Replace the values themselves, and the MAC."""
    before = _opened(old, path, means)
    data = old
    for change in changes:
        if change.text is None or before.text(change.place) != change.text:
            data = splice.apply(data, [_splice(yamldoc.parse(data, path), before, change, means)])
    if data == old:
        return old
    return seal.reseal(before, data, means.entropy, {change.place: change.text for change in changes})


def add_recipient(old: bytes, path: str, recipient: str, means: Means) -> bytes:
    """Wrap the data key once more."""
    return rewrap.add_recipient(_opened(old, path, means), recipient, means.entropy)


def _opened(data: bytes, path: str, means: Means) -> Opened:
    return opened.open_file(yamldoc.parse(data, path), means.keys(), names=means.names)


def _splice(file: YamlFile, before: Opened, change: Change, means: Means) -> Splice:
    root = file.documents[change.document].root
    *above, key = change.keys
    holder = lookup(root, *above)
    if change.text is None:
        if not isinstance(holder, Mapping):
            raise InfraToolError(f"there is no {'.'.join(change.keys)}", path=file.path)
        return yamldoc.remove_key(file, holder, key)
    selected = before.metadata.selector.selects(change.keys)
    source = seal.token(before, change.place, change.text, means.entropy) if selected else yamldoc.quoted(change.text)
    if not isinstance(holder, Mapping):
        return _with_field(file, root, change, source)
    if holder.get(key) is None:
        flow = holder.flow and cipher.is_token(source)
        return yamldoc.set_key(file, holder, key, f'"{source}"' if flow else source)
    return _replaced(file, before, change, source)


def _with_field(file: YamlFile, root: yamldoc.Node | None, change: Change, source: str) -> Splice:
    """Add a key together with the mapping that it is to stand in."""
    field, key = change.keys
    assert isinstance(root, Mapping)  # noqa: S101 -- what is edited is an object
    after = next((name for name in ("data", "metadata") if root.key(name)), None)
    return yamldoc.set_key(file, root, field, f"{yamldoc.quoted(key)}: {source}", after=after)


def _replaced(file: YamlFile, before: Opened, change: Change, source: str) -> Splice:
    leaves = walk.leaves(file, before.metadata.selector)
    leaf = next((leaf for leaf in leaves if leaf.place == change.place), None)
    if leaf is None:
        node = lookup(file.documents[change.document].root, *change.keys)
        message = f"{'.'.join(change.keys)} is a list or mapping, in which no value can be set"
        raise InfraToolError(message, path=file.path, line=file.line(node) if node else None)
    if not leaf.selected:
        return yamldoc.replace_scalar(file, leaf.node, change.text or "")
    return sealer.placed(file, leaf, source)
