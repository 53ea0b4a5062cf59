"""Secrets as people work with them: encrypt, view, get, set."""

from infra_tool.secrets.create import Created, NewSecret, create, default_name
from infra_tool.secrets.dotenv import parse as read_environment_file
from infra_tool.secrets.edit import Difference, differences, edit
from infra_tool.secrets.edit import check as check_content
from infra_tool.secrets.encrypt import Draft, Encrypted, encrypt, replace
from infra_tool.secrets.generate import generate, parse_request
from infra_tool.secrets.get import get
from infra_tool.secrets.imported import parse as read_elsewhere
from infra_tool.secrets.in_memory import private_directory
from infra_tool.secrets.merge import Merge, merge
from infra_tool.secrets.recipients import (
    Added,
    Holder,
    Removed,
    Replaced,
    add_recipient,
    holders,
    remove_recipient,
    replace_recipient,
)
from infra_tool.secrets.rotate import Rotated, rotate
from infra_tool.secrets.session import Session, read
from infra_tool.secrets.set_value import SetResult, set_values
from infra_tool.secrets.unset import UnsetResult, unset
from infra_tool.secrets.values import content
from infra_tool.secrets.verify import Verified, verify
from infra_tool.secrets.view import Entry, View, reveal, view

__all__ = [
    "Added",
    "Created",
    "Difference",
    "Draft",
    "Encrypted",
    "Entry",
    "Holder",
    "Merge",
    "NewSecret",
    "Removed",
    "Replaced",
    "Rotated",
    "Session",
    "SetResult",
    "UnsetResult",
    "Verified",
    "View",
    "add_recipient",
    "check_content",
    "content",
    "create",
    "default_name",
    "differences",
    "edit",
    "encrypt",
    "generate",
    "get",
    "holders",
    "merge",
    "parse_request",
    "private_directory",
    "read",
    "read_elsewhere",
    "read_environment_file",
    "remove_recipient",
    "replace",
    "replace_recipient",
    "reveal",
    "rotate",
    "set_values",
    "unset",
    "verify",
    "view",
]
