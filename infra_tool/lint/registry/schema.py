"""Rules that are not asked one by one: one walk over a manifest finds what they describe."""

from infra_tool.lint.rule import Rule
from infra_tool.lint.rules.schema import (
    contradiction,
    duplicate_item,
    invalid_name,
    missing_field,
    no_container,
    no_schema,
    null_value,
    unknown_word,
    wrong_custom_resource,
    wrong_data,
    wrong_flux_fields,
    wrong_format,
    wrong_port,
    wrong_selector,
)

SCHEMA: tuple[Rule, ...] = (
    missing_field,
    unknown_word,
    wrong_port,
    wrong_format,
    invalid_name,
    duplicate_item,
    wrong_selector,
    contradiction,
    no_container,
    wrong_data,
    null_value,
    no_schema,
    wrong_custom_resource,
    wrong_flux_fields,
)
