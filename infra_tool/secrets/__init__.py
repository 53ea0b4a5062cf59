"""Secrets as people work with them: encrypt, view, get, set."""

from infra_tool.secrets.encrypt import Draft, Encrypted, encrypt, replace
from infra_tool.secrets.generate import generate, parse_request
from infra_tool.secrets.get import get
from infra_tool.secrets.recipients import Added, Holder, Removed, add_recipient, holders, remove_recipient
from infra_tool.secrets.rotate import Rotated, RotatedFile, rotate
from infra_tool.secrets.session import Session
from infra_tool.secrets.set_value import SetKey, SetResult, set_values
from infra_tool.secrets.unset import UnsetKey, UnsetResult, unset
from infra_tool.secrets.verify import Unverified, Verified, verify
from infra_tool.secrets.view import Entry, View, reveal, view

__all__ = [
    "Added",
    "Draft",
    "Encrypted",
    "Entry",
    "Holder",
    "Removed",
    "Rotated",
    "RotatedFile",
    "Session",
    "SetKey",
    "SetResult",
    "UnsetKey",
    "UnsetResult",
    "Unverified",
    "Verified",
    "View",
    "add_recipient",
    "encrypt",
    "generate",
    "get",
    "holders",
    "parse_request",
    "remove_recipient",
    "replace",
    "reveal",
    "rotate",
    "set_values",
    "unset",
    "verify",
    "view",
]
