"""Ask a cluster by kubectl, which knows every way to log in that a kubeconfig names."""

import json
from typing import Any

from infra_tool import proc
from infra_tool.errors import InfraToolError

PROGRAM = "kubectl"
TIMEOUT = 60


def objects(what: str, *kinds: str) -> list[dict[str, Any]]:
    """Return the objects of some kinds in all namespaces; a kind is given as kubectl takes it, with its group.

    Raises ToolMissingError without kubectl, ProgramError when it cannot ask, InfraToolError, which calls them `what`,
    when it prints no list of objects.
    """
    command = (PROGRAM, "get", ",".join(kinds), "--all-namespaces", "--output=json", "--request-timeout=20s")
    try:
        return [dict(each) for each in json.loads(proc.run(command, timeout=TIMEOUT).stdout)["items"]]
    except (ValueError, LookupError, TypeError) as error:
        raise InfraToolError(f"kubectl does not print the {what} of the cluster") from error
