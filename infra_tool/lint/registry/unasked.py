"""Rules that are not asked."""

from infra_tool.lint.rule import Rule
from infra_tool.lint.rules.secrets import substituted_secret, unverified
from infra_tool.lint.rules.tool import internal_error, unknown_rule, unused_suppression

ENGINE: tuple[Rule, ...] = (internal_error, unused_suppression, unknown_rule)
"""The engine itself finds what they describe."""

KEYED: tuple[Rule, ...] = (unverified, substituted_secret)
"""It takes a private key, and `secret check`, to find what they describe."""
