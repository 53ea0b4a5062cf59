"""Rules about workflows of Gitea Actions."""

from infra_tool.lint.rule import WorkflowRule
from infra_tool.lint.rules.gitea import (
    invalid_workflow,
    key_in_tmp,
    needs_cycle,
    secret_in_script,
    unchecked_host_key,
    unclosed_expression,
    ungated_deploy,
    unknown_need,
    unpinned_action,
)

WORKFLOW: tuple[WorkflowRule, ...] = (
    invalid_workflow,
    unclosed_expression,
    needs_cycle,
    unknown_need,
    ungated_deploy,
    unpinned_action,
    secret_in_script,
    unchecked_host_key,
    key_in_tmp,
)
