"""A comment or the configuration names a rule that does not exist.

What it was to switch off, or to make more serious, stays as it is. Mostly a misspelling.

    image: n8nio/n8n:latest   # infra-tool: ignore[mutable-tags]      (the rule is called mutable-tag)

Fix: use the code or name that lint prints with the finding. In `.infra-tool.yaml` the beginning of a code also does:
`W` stands for all rules of that family. A comment without brackets names no rule and suppresses nothing.
"""

from infra_tool.finding import Severity

CODE = "X003"
NAME = "unknown-rule"
SEVERITY: Severity = "warning"
