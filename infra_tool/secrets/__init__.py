"""Secrets as people work with them: encrypt, view, get, set."""

from infra_tool.secrets.encrypt import Encrypted, encrypt, replace
from infra_tool.secrets.generate import generate, parse_request
from infra_tool.secrets.get import get
from infra_tool.secrets.session import Session
from infra_tool.secrets.set_value import SetResult, set_value
from infra_tool.secrets.view import Entry, View, view

__all__ = [
    "Encrypted",
    "Entry",
    "Session",
    "SetResult",
    "View",
    "encrypt",
    "generate",
    "get",
    "parse_request",
    "replace",
    "set_value",
    "view",
]
