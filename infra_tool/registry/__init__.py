"""Ask an image registry, by the OCI distribution API, and find the credential for it. Standard library only."""

from infra_tool.registry.login import Logins, from_files, from_text
from infra_tool.registry.lookup import NoAccessError, find_digest, is_loopback

__all__ = ["Logins", "NoAccessError", "find_digest", "from_files", "from_text", "is_loopback"]
