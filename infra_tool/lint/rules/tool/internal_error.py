"""A rule failed; this is a bug in infra-tool.

The other rules have been asked, but what the failed one would have found is not known: lint ends with exit code 3, and
nothing can switch this finding off. Please report it with the message, which names the rule and the place in its code.
"""

from infra_tool.finding import Severity

CODE = "X001"
NAME = "internal-error"
SEVERITY: Severity = "error"
