"""The SOPS format: rules of `.sops.yaml`, age keys, encryption in place, and checks that need no key."""

from infra_tool.sops.age import (
    Identities,
    Identity,
    NoKeyError,
    from_file,
    generate_identity,
    identities,
    keys_file,
    recipient_of,
)
from infra_tool.sops.backends import BACKENDS, Backend, Change, Choice, Means, file_writer, reader, rule_writer, writer
from infra_tool.sops.cipher import MacError
from infra_tool.sops.codec import decrypt, encrypt, open_file, parse
from infra_tool.sops.digest import RESTART, fingerprint
from infra_tool.sops.entropy import Entropy
from infra_tool.sops.metadata import Metadata, is_encrypted
from infra_tool.sops.metadata import read as read_metadata
from infra_tool.sops.opened import Opened, texts
from infra_tool.sops.opened import open_file as open_parsed
from infra_tool.sops.plaintext import render as plain_content
from infra_tool.sops.private_keys import find_private_keys
from infra_tool.sops.problems import STUBS, Kind, Problem, inspect, stub_keys
from infra_tool.sops.recipients import Recipient, recipient
from infra_tool.sops.rewrap import add_recipient
from infra_tool.sops.rule_edits import forgotten, with_recipient, without_recipient
from infra_tool.sops.rules import PATH, Rule, Rules, load_rules
from infra_tool.sops.seal import reseal, token, update
from infra_tool.sops.sealer import placed
from infra_tool.sops.secret import Secret
from infra_tool.sops.selectors import Selector, portable
from infra_tool.sops.sizes import Size, sizes
from infra_tool.sops.walk import Place

__all__ = [
    "BACKENDS",
    "PATH",
    "RESTART",
    "STUBS",
    "Backend",
    "Change",
    "Choice",
    "Entropy",
    "Identities",
    "Identity",
    "Kind",
    "MacError",
    "Means",
    "Metadata",
    "NoKeyError",
    "Opened",
    "Place",
    "Problem",
    "Recipient",
    "Rule",
    "Rules",
    "Secret",
    "Selector",
    "Size",
    "add_recipient",
    "decrypt",
    "encrypt",
    "file_writer",
    "find_private_keys",
    "fingerprint",
    "forgotten",
    "from_file",
    "generate_identity",
    "identities",
    "inspect",
    "is_encrypted",
    "keys_file",
    "load_rules",
    "open_file",
    "open_parsed",
    "parse",
    "placed",
    "plain_content",
    "portable",
    "read_metadata",
    "reader",
    "recipient",
    "recipient_of",
    "reseal",
    "rule_writer",
    "sizes",
    "stub_keys",
    "texts",
    "token",
    "update",
    "with_recipient",
    "without_recipient",
    "writer",
]
