"""Encrypt in place: only the values that the selector chooses change, and the metadata is added at the end.

Every result is opened again and compared with what went in before it is given out.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from infra_tool import splice, yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.sops import checks, cipher, layout, metadata, opened, walk
from infra_tool.sops.checks import Plains
from infra_tool.sops.entropy import Entropy
from infra_tool.sops.metadata import Metadata
from infra_tool.sops.opened import Opened
from infra_tool.sops.rules import Rule
from infra_tool.sops.sealer import Sealer, keep
from infra_tool.sops.selectors import Selector
from infra_tool.sops.values import Plain
from infra_tool.sops.walk import Leaf, Place
from infra_tool.splice import Splice
from infra_tool.yamldoc import YamlFile


def fresh(
    file: YamlFile, rule: Rule, entropy: Entropy, *, indent: int | None = None, accept_types: bool = False
) -> bytes:
    """Encrypt a plain file by a rule and return the new content.

    Raises InfraToolError, with the line, for what cannot be encrypted in place and, unless `accept_types`, for values
    that programs take for different things.
    """
    checks.check(file, rule.selector)
    before = plains(file, rule.selector)
    if not accept_types:
        checks.check_clear(file, rule.selector, before, {})
    _check_selects(file, before, rule.selector, hint=f"the rule is in line {rule.line} of .sops.yaml")
    key = entropy.data_key(file.path)
    sealer = Sealer(file, key, entropy)
    mac = cipher.Mac(only_encrypted=rule.mac_only_encrypted)
    splices = sealer.values(rule.selector, mac, {}) + sealer.comments(rule.selector)
    block = metadata.render(
        wrapped=[(entry.text, entropy.wrap(key, entry.text)) for entry in rule.recipients],
        selector=rule.selector,
        mac_only_encrypted=rule.mac_only_encrypted,
        lastmodified=entropy.now,
        mac=sealer.mac(mac),
        indent=indent or layout.found_indent(file),
    )
    return _checked(file, [*splices, *layout.appended(file, block)], before, key)


def complete(before: Opened, entropy: Entropy, *, accept_types: bool = False) -> bytes:
    """Encrypt what is still plain in a partly encrypted file, with its own data key; `accept_types` as in fresh.

    Values that are ciphertext already stay as they are, byte for byte.
    """
    file, selector = before.file, before.metadata.selector
    plain = {place: value.plain for place, value in before.values.items()}
    checks.check(file, selector)
    if not accept_types:
        checks.check_clear(file, selector, plain, {})
    sealer = Sealer(file, before.key, entropy)
    mac = cipher.Mac(only_encrypted=before.metadata.mac_only_encrypted)
    done = {place: value.plain for place, value in before.values.items() if value.sealed and value.plain}
    splices = sealer.values(selector, mac, done) + sealer.comments(selector)
    splices += metadata.refreshed(file, mac=sealer.mac(mac), lastmodified=entropy.now)
    return _checked(file, splices, plain, before.key)


def update(before: Opened, file: YamlFile, entropy: Entropy, *, accept_types: bool = False) -> bytes:
    """Encrypt a new plain content for the place of an opened file, and keep the ciphertext of what did not change.

    Layout and values are those of `file`; data key, recipients, selector and the form of the metadata stay. Equal
    content gives the old bytes. `accept_types` as in fresh, for values that are new.
    """
    if metadata.is_encrypted(file):
        raise InfraToolError("is encrypted; the new content must be plain", path=file.path)
    selector = before.metadata.selector
    checks.check(file, selector)
    plain = plains(file, selector)
    _check_selects(file, plain, selector, hint=f"the selector is that of {before.file.path}")
    if not accept_types:
        checks.check_clear(file, selector, plain, {place: value.plain for place, value in before.values.items()})
    sealer = Sealer(file, before.key, entropy, keep(before))
    mac = cipher.Mac(only_encrypted=before.metadata.mac_only_encrypted)
    splices = sealer.values(selector, mac, {}) + sealer.comments(selector)
    splices += layout.appended(file, layout.source(before.file))
    data = splice.apply(file.data, splices)
    if data == before.file.data:
        return data
    mixed = yamldoc.parse(data, before.file.path)
    return _checked(mixed, metadata.refreshed(mixed, mac=sealer.mac(mac), lastmodified=entropy.now), plain, before.key)


def token(before: Opened, place: Place, text: str, entropy: Entropy) -> str:
    """Return the ciphertext of a text for a place of an opened file; the empty text is its own, as in sops."""
    if not text:
        return '""'
    return Sealer(before.file, before.key, entropy).token(place, Plain("str", text.encode()))


def reseal(
    before: Opened, data: bytes, entropy: Entropy, wanted: Mapping[Place, str | None] = MappingProxyType({})
) -> bytes:
    """Return `data`, a later state of an opened file whose values are all ciphertext already, with a new MAC.

    Raises InfraToolError unless it holds the texts `wanted`, where None stands for no value.
    """
    file = yamldoc.parse(data, before.file.path)
    now = opened.open_with(file, metadata.require(file), before.key, check_mac=False)
    for place, text in wanted.items():
        if now.text(place) != text:
            raise InfraToolError(f"{place[1][-1]} does not hold what was wanted; nothing was written", path=file.path)
    mac = cipher.Mac(only_encrypted=before.metadata.mac_only_encrypted)
    for value in now.values.values():
        if value.plain is not None:
            mac.add(value.plain.data, selected=value.leaf.selected)
    sealed = Sealer(file, before.key, entropy).mac(mac)
    plains = {place: value.plain for place, value in now.values.items()}
    return _checked(file, metadata.refreshed(file, mac=sealed, lastmodified=entropy.now), plains, before.key)


def is_complete(file: YamlFile, found: Metadata) -> bool:
    """Tell whether every selected value is ciphertext, null or empty."""
    return not any(
        leaf.selected and not cipher.is_token(leaf.node.value) and _holds(file, leaf)
        for leaf in walk.leaves(file, found.selector)
    )


def _holds(file: YamlFile, leaf: Leaf) -> bool:
    plain = opened.plain_value(file, leaf)
    return plain is not None and bool(plain.data)


def plains(file: YamlFile, selector: Selector) -> Plains:
    """Return the values of a plain file; ciphertext in one was torn from its metadata."""
    found: dict[Place, Plain | None] = {}
    for leaf in walk.leaves(file, selector):
        if leaf.selected and cipher.TOKEN.match(leaf.node.value):
            message = f"{leaf.name} is ciphertext, but the file has no sops block to open it with"
            raise InfraToolError(message, path=file.path, line=file.line(leaf.node))
        found[leaf.place] = opened.plain_value(file, leaf)
    return found


def _check_selects(file: YamlFile, plains: Plains, selector: Selector, *, hint: str) -> None:
    """Raise InfraToolError unless the selector chooses any value that is neither null nor empty."""
    paths = (
        tuple(step for step in where if isinstance(step, str))
        for (_, where), plain in plains.items()
        if plain is not None and plain.data
    )
    if not any(selector.selects(path) for path in paths):
        message = f"{selector.kind} {selector.pattern!r} selects no value of this file"
        raise InfraToolError(message, path=file.path, line=1, hint=hint)


def _checked(file: YamlFile, splices: Iterable[Splice], before: Plains, key: bytes) -> bytes:
    """Apply the splices, open the result and compare it; raises InfraToolError when it is not the same."""
    data = splice.apply(file.data, splices)
    again = yamldoc.parse(data, file.path)
    after = opened.open_with(again, metadata.require(again), key)
    found = {place: value.plain for place, value in after.values.items()}
    if found != before:
        other = next((value.leaf for place, value in after.values.items() if before.get(place) != value.plain), None)
        message = f"{other.name if other else 'a value'} would not open to what it is now; nothing was written"
        hint = None if file.text.endswith(("\n", "\r")) else "end the file with a line feed"
        raise InfraToolError(message, path=file.path, line=again.line(other.node) if other else 1, hint=hint)
    return data
