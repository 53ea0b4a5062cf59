"""The rules: one module each, one line here for each, by what a finding can depend on."""

from infra_tool.lint.rule import AppliedRule, RepoRule, SourceRule

SOURCE: tuple[SourceRule, ...] = ()
APPLIED: tuple[AppliedRule, ...] = ()
REPO: tuple[RepoRule, ...] = ()
