"""Open an encrypted file in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.sops import age, cipher, metadata, values, walk
from infra_tool.sops.age import Identities, NoKeyError
from infra_tool.sops.cipher import MacError
from infra_tool.sops.metadata import Metadata
from infra_tool.sops.selectors import DEFAULT
from infra_tool.sops.values import Plain
from infra_tool.sops.walk import Leaf, Place
from infra_tool.yamldoc import Scalar, YamlFile, follow, lookup


def texts(file: YamlFile) -> Iterator[tuple[Place, str]]:
    """Iterate over the values of a plain file, as text."""
    return ((leaf.place, leaf.node.value) for leaf in walk.leaves(file, DEFAULT))


class Value(NamedTuple):
    """One value of an opened file; `plain` is None for a null, `sealed` tells whether it was ciphertext."""

    leaf: Leaf
    plain: Plain | None
    sealed: bool


@dataclass(frozen=True)
class Opened:
    """A file with its data key and plain values, which stay in memory."""

    file: YamlFile
    metadata: Metadata
    key: bytes = field(repr=False)
    values: Mapping[Place, Value] = field(repr=False)

    def text(self, place: Place) -> str | None:
        """Return a plain value as text, None when there is none at that place."""
        value = self.values.get(place)
        return value.plain.data.decode() if value and value.plain else None


def open_file(
    file: YamlFile,
    keys: Identities,
    *,
    partly: bool = False,
    check_mac: bool = True,
    names: Mapping[str, str] | None = None,
) -> Opened:
    """Open a file with one of `keys` and verify it; `names` holds the holder of each recipient, for the error.

    `partly` lets plain values under the selector pass: their file is about to be completed, so its MAC, which may be
    about older values, is not compared. Raises NoKeyError, MacError, and InfraToolError with the line.
    """
    found = supported(file)
    key = age.unwrap([(wrapped.recipient.text, wrapped.block) for wrapped in found.age], keys)
    if key is None:
        raise no_key(file, found, keys, names)
    return open_with(file, found, key, partly=partly, check_mac=check_mac)


def supported(file: YamlFile) -> Metadata:
    """Return the metadata of a file that can be opened here; raises InfraToolError with the reason when not."""
    found = metadata.require(file)
    line = file.line(found.node)
    hint = "this file needs the sops program"
    if found.groups:
        raise InfraToolError("several key groups (Shamir) are not supported here", hint=hint, path=file.path, line=line)
    if not found.age:
        kinds = ", ".join(sorted({entry.kind for entry in found.others})) or "none"
        raise InfraToolError(f"no age recipient (found: {kinds})", hint=hint, path=file.path, line=line)
    if len(found.selectors) > 1:
        raise InfraToolError("the sops block has more than one selector", path=file.path, line=line)
    if found.selector.by_comment:
        message = f"{found.selector.kind} is known to the sops program only"
        raise InfraToolError(message, hint=hint, path=file.path, line=line)
    if problem := found.selector.problem:
        raise InfraToolError(problem, path=file.path, line=line)
    return found


def no_key(file: YamlFile, found: Metadata, keys: Identities, names: Mapping[str, str] | None = None) -> NoKeyError:
    """Return the error that no key opens `file`: who could, where keys were looked for, which could not be used."""
    holders = ", ".join(entry.named((names or {}).get(entry.text)).label for entry in found.recipients)
    asked = (note for entry in found.age for ask in keys.asks for note in ask(entry.recipient.text).notes)
    looked = "; ".join(dict.fromkeys((f"looked in {', '.join(keys.looked) or 'no place'}", *keys.notes, *asked)))
    return NoKeyError(f"no private key here opens this file; it is for {holders}", path=file.path, hint=looked)


def open_with(file: YamlFile, found: Metadata, key: bytes, *, partly: bool = False, check_mac: bool = True) -> Opened:
    """Open a file with its data key and verify it; see open_file."""
    # A comment of an encrypted list is an item of it to sops. 3.13.2 leaves it out of the MAC when it encrypts, and
    # counts it when it opens (getsops/sops#2243): either is taken.
    mac, without = (cipher.Mac(only_encrypted=found.mac_only_encrypted) for _ in range(2))
    opened: dict[Place, Value] = {}
    for leaf in walk.leaves(file, found.selector):
        value = _open_leaf(file, leaf, key, partly=partly)
        if value.plain is not None:
            mac.add(value.plain.data, selected=leaf.selected)
            if value.plain.kind != "comment":
                without.add(value.plain.data, selected=leaf.selected)
        opened[leaf.place] = value
    if check_mac and not partly:
        verify_mac(file, found, key, (mac.hexdigest(), without.hexdigest()))
    return Opened(file, found, key, opened)


def _open_leaf(file: YamlFile, leaf: Leaf, key: bytes, *, partly: bool) -> Value:
    if leaf.selected and cipher.is_token(leaf.node.value):
        try:
            token = cipher.parse(leaf.node.value)
            data = cipher.unseal(key, token, cipher.associated(leaf.path))
        except ValueError as error:
            raise _broken(file, leaf, str(error)) from None
        return Value(leaf, values.normal(Plain(token.kind, data)), sealed=True)
    plain = plain_value(file, leaf)
    if leaf.selected and plain is not None and plain.data and not partly:
        raise _broken(file, leaf, "is not encrypted, though the file's selector says so")
    return Value(leaf, plain, sealed=False)


def plain_value(file: YamlFile, leaf: Leaf) -> Plain | None:
    """Return the plain value of a leaf; errors get the file and line."""
    try:
        return values.plain(leaf.node)
    except InfraToolError as error:
        line = file.line(leaf.node)
        raise InfraToolError(f"{leaf.name}: {error.message}", hint=error.hint, path=file.path, line=line) from None


def _broken(file: YamlFile, leaf: Leaf, reason: str) -> InfraToolError:
    return InfraToolError(f"{leaf.name} {reason}", path=file.path, line=file.line(leaf.node))


def mac_place(lastmodified: str) -> bytes:
    """Return what is authenticated with the MAC."""
    return lastmodified.encode()


def verify_mac(file: YamlFile, found: Metadata, key: bytes, expected: tuple[str, ...]) -> None:
    """Compare the MAC of the metadata with what the values give, one of `expected`; raises MacError."""
    node = lookup(found.node, "mac")
    line = file.line(follow(node)) if isinstance(node, Scalar) else file.line(found.node)
    try:
        stored = cipher.unseal(key, cipher.parse(found.mac), mac_place(found.lastmodified))
    except ValueError as error:
        raise MacError(f"the MAC {error}", path=file.path, line=line) from None
    if stored.decode(errors="replace") not in expected:
        hint = "a value was changed by hand after encryption; restore the file from git, or encrypt it anew"
        raise MacError("the content does not match its MAC", hint=hint, path=file.path, line=line)


def sealed(opened: Opened) -> Iterator[Value]:
    """Iterate over the values that are ciphertext in the file."""
    return (value for value in opened.values.values() if value.sealed)
