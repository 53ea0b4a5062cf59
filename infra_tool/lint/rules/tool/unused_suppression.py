"""A comment suppresses a finding that is not there.

What it was for has been fixed, or it is in the wrong place, and the next mistake of the kind would pass unseen.

    replicas: 2   # infra-tool: ignore[I002] the registry is down     (the image is two lines below)

A comment behind something is for that line, on a line of its own for the next one. Above the first key of a document it
is for the document, in the first comment block of a file for the file. Rules are named by code or name, several with
commas between; what stands behind the bracket is the reason.

Fix: remove the comment, or the one code that it does not need, or move it to the line that is reported.
"""

from infra_tool.finding import Severity

CODE = "X002"
NAME = "unused-suppression"
SEVERITY: Severity = "warning"
