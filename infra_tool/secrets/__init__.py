"""Secrets as people work with them: encrypt, view, get, set."""

from infra_tool.secrets.encrypt import Draft, Encrypted, encrypt, replace
from infra_tool.secrets.generate import generate, parse_request
from infra_tool.secrets.get import get
from infra_tool.secrets.rotate import Rotated, RotatedFile, rotate
from infra_tool.secrets.session import Session
from infra_tool.secrets.set_value import SetKey, SetResult, set_values
from infra_tool.secrets.unset import UnsetKey, UnsetResult, unset
from infra_tool.secrets.verify import Unverified, Verified, verify
from infra_tool.secrets.view import Entry, View, reveal, view

__all__ = [
    "Draft",
    "Encrypted",
    "Entry",
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
    "encrypt",
    "generate",
    "get",
    "parse_request",
    "replace",
    "reveal",
    "rotate",
    "set_values",
    "unset",
    "verify",
    "view",
]
