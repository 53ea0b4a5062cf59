"""Rules about any one file."""

from infra_tool.lint.rule import SourceRule
from infra_tool.lint.rules.secrets import (
    broken_encryption,
    decrypted_leftover,
    ignored_rules,
    no_creation_rule,
    not_encrypted,
    partly_encrypted,
    plain_secret,
    private_key,
    revoked_recipient,
    single_recipient,
    wrong_recipients,
)
from infra_tool.lint.rules.yaml import anchor, changed_number, conflict_marker, duplicate_key, odd_character, syntax

SOURCE: tuple[SourceRule, ...] = (
    plain_secret,
    not_encrypted,
    partly_encrypted,
    broken_encryption,
    no_creation_rule,
    private_key,
    wrong_recipients,
    decrypted_leftover,
    single_recipient,
    ignored_rules,
    syntax,
    duplicate_key,
    conflict_marker,
    odd_character,
    anchor,
    changed_number,
    revoked_recipient,
)
