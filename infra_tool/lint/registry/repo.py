"""Rules about how files refer to each other."""

from infra_tool.lint.rule import RepoRule
from infra_tool.lint.rules.flux import contrary_namespace, ignored_by_flux, missing_path, no_decryption
from infra_tool.lint.rules.images import broken_policy_marker, wrong_image_entry
from infra_tool.lint.rules.secrets import (
    broken_rules,
    copied_ciphertext,
    credential_of_a_generator,
    generated_secret,
    not_decrypted,
    stub_secret,
)
from infra_tool.lint.rules.tool import nothing_to_check, skipped_file
from infra_tool.lint.rules.tree import (
    cycle,
    deprecated_field,
    duplicate_object,
    leaves_repo,
    listed_twice,
    missing_target,
    no_kustomization,
    not_a_resource,
    orphan_file,
    patch_without_target,
    replaced_namespace,
    unknown_kustomization_field,
    unpinned_remote,
    unregistered_service,
    untidy_path,
    unused_image_entry,
    wrong_kustomization,
    wrong_kustomization_kind,
)

REPO: tuple[RepoRule, ...] = (
    missing_target,
    patch_without_target,
    replaced_namespace,
    no_kustomization,
    cycle,
    listed_twice,
    orphan_file,
    unregistered_service,
    duplicate_object,
    unknown_kustomization_field,
    wrong_kustomization,
    leaves_repo,
    not_a_resource,
    wrong_kustomization_kind,
    nothing_to_check,
    skipped_file,
    broken_rules,
    stub_secret,
    generated_secret,
    credential_of_a_generator,
    copied_ciphertext,
    not_decrypted,
    wrong_image_entry,
    deprecated_field,
    untidy_path,
    unused_image_entry,
    missing_path,
    no_decryption,
    contrary_namespace,
    ignored_by_flux,
    broken_policy_marker,
    unpinned_remote,
)
