"""The rules: one module each, one line here for each, by what a finding can depend on."""

from infra_tool.lint.rule import AppliedRule, ClusterRule, RepoRule, Rule, SourceRule
from infra_tool.lint.rules.flux import missing_path, no_decryption
from infra_tool.lint.rules.images import (
    invalid_image,
    mutable_tag,
    never_deployed,
    placeholder,
    untagged_image,
    wrong_image_entry,
)
from infra_tool.lint.rules.references import (
    clashing_ports,
    clashing_routes,
    cross_namespace,
    headless_service,
    idle_disruption_budget,
    idle_monitor,
    idle_network_policy,
    missing_backend,
    missing_claim,
    missing_config,
    missing_key,
    missing_pull_secret,
    missing_role,
    missing_scale_target,
    missing_service_account,
    missing_tls_secret,
    missing_volume,
    selector_without_pods,
    shared_claim,
    unexposed_probe,
    wrong_target_port,
)
from infra_tool.lint.rules.schema import (
    deprecated_version,
    incomplete_object,
    removed_version,
    unknown_field,
    unknown_kind,
    wrong_type,
)
from infra_tool.lint.rules.secrets import (
    broken_encryption,
    broken_rules,
    decrypted_leftover,
    encrypted_structure,
    generated_secret,
    ignored_rules,
    missing_keys,
    no_creation_rule,
    not_encrypted,
    partly_encrypted,
    plain_secret,
    private_key,
    single_recipient,
    stub_secret,
    substituted_secret,
    unverified,
    wrong_recipients,
)
from infra_tool.lint.rules.tool import (
    internal_error,
    nothing_to_check,
    skipped_file,
    unknown_rule,
    unused_suppression,
)
from infra_tool.lint.rules.tree import (
    build_fails,
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
    unknown_kustomization_field,
    unregistered_service,
    untidy_path,
    unused_image_entry,
    wrong_kustomization,
    wrong_kustomization_kind,
)
from infra_tool.lint.rules.yaml import conflict_marker, duplicate_key, syntax

SOURCE: tuple[SourceRule, ...] = (
    plain_secret,
    not_encrypted,
    partly_encrypted,
    broken_encryption,
    no_creation_rule,
    encrypted_structure,
    private_key,
    wrong_recipients,
    decrypted_leftover,
    single_recipient,
    ignored_rules,
    syntax,
    duplicate_key,
    conflict_marker,
)
APPLIED: tuple[AppliedRule, ...] = (
    incomplete_object,
    unknown_kind,
    unknown_field,
    wrong_type,
    removed_version,
    deprecated_version,
    untagged_image,
    mutable_tag,
    placeholder,
    never_deployed,
    invalid_image,
    missing_keys,
)
REPO: tuple[RepoRule, ...] = (
    missing_target,
    patch_without_target,
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
    wrong_image_entry,
    deprecated_field,
    untidy_path,
    unused_image_entry,
    missing_path,
    no_decryption,
)
CLUSTER: tuple[ClusterRule, ...] = (
    build_fails,
    selector_without_pods,
    wrong_target_port,
    missing_backend,
    missing_config,
    missing_key,
    missing_claim,
    missing_service_account,
    missing_pull_secret,
    missing_volume,
    unexposed_probe,
    missing_scale_target,
    idle_network_policy,
    idle_disruption_budget,
    missing_role,
    clashing_routes,
    clashing_ports,
    missing_tls_secret,
    headless_service,
    shared_claim,
    idle_monitor,
    cross_namespace,
)
ENGINE: tuple[Rule, ...] = (internal_error, unused_suppression, unknown_rule)
"""Rules that are not asked: the engine itself finds what they describe."""

KEYED: tuple[Rule, ...] = (unverified, substituted_secret)
"""Rules that are not asked: it takes a private key, and `secret check`, to find what they describe."""

RULES: tuple[Rule, ...] = tuple(
    sorted((*SOURCE, *APPLIED, *REPO, *CLUSTER, *ENGINE, *KEYED), key=lambda rule: rule.CODE)
)
"""All of them, by code."""
