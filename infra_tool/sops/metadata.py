"""The `sops:` block of an encrypted file: reading it as found, writing it for a new file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.sops.recipients import PROVIDERS, Recipient, foreign, recipient
from infra_tool.sops.selectors import DEFAULT, Selector, selector_kind
from infra_tool.sops.walk import METADATA
from infra_tool.splice import Splice
from infra_tool.yamldoc import Mapping, Scalar, Sequence, YamlFile, lookup, text

FORMAT_VERSION = "3.13.2"
"""The release of sops whose layout new blocks follow: keys sorted, empty groups left out."""


class Wrapped(NamedTuple):
    """The data key for one recipient, as an armored age block."""

    recipient: Recipient
    block: str


@dataclass(frozen=True)
class Metadata:
    """What the block of the first document says. Empty texts stand for what is missing.

    `groups` counts key groups with a threshold (Shamir); `node` is the block's mapping.
    """

    node: Mapping
    age: tuple[Wrapped, ...]
    others: tuple[Recipient, ...]
    selectors: tuple[Selector, ...]
    mac: str = field(repr=False)
    lastmodified: str = ""
    version: str = ""
    mac_only_encrypted: bool = False
    groups: int = 0

    @property
    def selector(self) -> Selector:
        """What is encrypted."""
        return self.selectors[0] if self.selectors else DEFAULT

    @property
    def readable(self) -> bool:
        """Tell whether the embedded codec can open the file, given a private age or SSH key for it."""
        able = any(wrapped.recipient.kind in ("x25519", "ssh") for wrapped in self.age)
        sound = len(self.selectors) <= 1 and self.selector.problem is None
        return able and not self.groups and sound and not self.selector.by_comment

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Everyone who can open the file."""
        return (*(wrapped.recipient for wrapped in self.age), *self.others)


def read(file: YamlFile) -> Metadata | None:
    """Return the metadata of a file, None when it is not encrypted; what is broken stays for `problems` to name."""
    node = lookup(file.documents[0].root, METADATA) if file.documents else None
    if not isinstance(node, Mapping):
        return None
    groups = node.get("key_groups")
    kinds = [(selector_kind(key.value), value) for key, value in node.pairs()]
    return Metadata(
        node,
        tuple(_age(file, node)),
        tuple(_others(node)),
        tuple(Selector(kind, value.value) for kind, value in kinds if kind and isinstance(value, Scalar)),
        text(node, "mac") or "",
        text(node, "lastmodified") or "",
        text(node, "version") or "",
        (text(node, "mac_only_encrypted") or "").lower() == "true",
        len(groups.items) if isinstance(groups, Sequence) else 0,
    )


def is_encrypted(file: YamlFile) -> bool:
    """Tell whether a file has a block of metadata, in whatever state."""
    return read(file) is not None


def require(file: YamlFile) -> Metadata:
    """Return the metadata of a file that must be encrypted; raises InfraToolError when it is not."""
    found = read(file)
    if found is None:
        raise InfraToolError("is not encrypted", path=file.path, hint=f"infra-tool encrypt-secret {file.path}")
    return found


def _age(file: YamlFile, node: Mapping) -> Iterator[Wrapped]:
    listed = node.get("age")
    for item in listed.values() if isinstance(listed, Sequence) else ():
        key = text(item, "recipient") or ""
        yield Wrapped(recipient(key, line=file.line(item)), text(item, "enc") or "")


def _others(node: Mapping) -> Iterator[Recipient]:
    for provider in PROVIDERS:
        listed = node.get(provider)
        for item in listed.values() if isinstance(listed, Sequence) else ():
            pairs = item.pairs() if isinstance(item, Mapping) else iter(())
            values = {key.value: value.value for key, value in pairs if isinstance(value, Scalar)}
            shown = next((values[name] for name in NAMED_BY if values.get(name)), provider)
            yield foreign(provider, shown)


NAMED_BY = ("fp", "arn", "resource_id", "key_id", "vault_url", "vault_address")


def render(
    *,
    wrapped: Iterable[tuple[str, str]],
    selector: Selector,
    mac_only_encrypted: bool,
    lastmodified: str,
    mac: str,
    indent: int,
) -> str:
    """Return a new block as text, in the layout of sops; `wrapped` are pairs of recipient and armored block."""
    step = " " * indent
    # As go-yaml indents: the entries of a list's mapping lie two behind the dash, their blocks at the next full step.
    block = " " * (indent * ((indent * 2 + 2 + indent) // indent))
    lines = [f"{METADATA}:", f"{step}age:"]
    for name, armored in wrapped:
        lines.append(f"{step * 2}- enc: |")
        lines += [f"{block}{line}" for line in armored.splitlines()]
        lines.append(f"{step * 2}  recipient: {name}")
    entries = {
        selector.kind: scalar(selector.pattern),
        "lastmodified": f'"{lastmodified}"',
        "mac": mac,
        **({"mac_only_encrypted": "true"} if mac_only_encrypted else {}),
        "version": FORMAT_VERSION,
    }
    lines += [f"{step}{key}: {entries[key]}" for key in sorted(entries)]
    return "\n".join(lines) + "\n"


def scalar(pattern: str) -> str:
    """Return a selector's pattern as a YAML scalar: plain where that is safe, as in `^(data|stringData)$`."""
    safe = pattern[:1] in tuple("^_(") and not set(pattern) & set("#:\"'\\\t\n") and pattern.strip() == pattern
    if safe:
        return pattern
    escaped = pattern.replace("'", "''")
    return f"'{escaped}'"


def refreshed(file: YamlFile, *, mac: str, lastmodified: str) -> Iterator[Splice]:
    """Return the splices that put a new MAC and time into the block of every document; its order and form stay."""
    for document in file.documents:
        block = lookup(document.root, METADATA)
        for key, value in (("lastmodified", f'"{lastmodified}"'), ("mac", mac)):
            node = lookup(block, key)
            if not isinstance(node, Scalar):
                if isinstance(block, Mapping):
                    raise InfraToolError(f"the sops block has no {key}", path=file.path, line=file.line(block))
                continue
            yield Splice(file.span(node), value.encode())
