"""Rules about a manifest that some cluster gets."""

from infra_tool.lint.rule import AppliedRule, ImageRule
from infra_tool.lint.rules.images import (
    invalid_image,
    mutable_tag,
    never_deployed,
    placeholder,
    pull_policy,
    untagged_image,
)
from infra_tool.lint.rules.schema import (
    deprecated_version,
    incomplete_object,
    outdated_field,
    outdated_flux,
    removed_version,
    unknown_field,
    unknown_kind,
    wrong_type,
)
from infra_tool.lint.rules.secrets import encrypted_structure, missing_keys, plain_credential
from infra_tool.lint.rules.yaml import empty_document

IMAGES: tuple[ImageRule, ...] = (untagged_image, mutable_tag, placeholder, never_deployed, invalid_image)

APPLIED: tuple[AppliedRule, ...] = (
    incomplete_object,
    unknown_kind,
    unknown_field,
    wrong_type,
    removed_version,
    deprecated_version,
    outdated_flux,
    outdated_field,
    encrypted_structure,
    missing_keys,
    plain_credential,
    pull_policy,
    empty_document,
    *IMAGES,
)
