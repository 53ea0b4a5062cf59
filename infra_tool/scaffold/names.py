"""What things may be called, checked before anything is made."""

import re

from infra_tool import repo
from infra_tool.errors import UsageError

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HOST = re.compile(r"(\*\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?")
HOST_LENGTH = 253
QUANTITY = re.compile(r"[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?")

RESERVED = ("default", "flux-system", "kube-node-lease", "kube-public", "kube-system", "kustomization")
"""Namespaces that belong to the cluster itself, and the file that registers services beside theirs."""

SERVICE_LENGTH = 52
"""The most that a CronJob may have: its Jobs add 11 characters and must stay labels, as a StatefulSet's revisions."""


def check_service(name: str, *, has_port: bool) -> None:
    """Raise UsageError unless `name` can be a service, its namespace and its objects.

    One with a port becomes a Kubernetes Service, whose name must begin with a letter (RFC 1035).
    """
    repo.check_name(name, "a service")
    if len(name) > SERVICE_LENGTH:
        raise UsageError(f"{name!r} is too long for a service", hint=f"at most {SERVICE_LENGTH} characters")
    if name in RESERVED:
        raise UsageError(f"{name} is a name of the cluster itself", hint="choose another name for the service")
    if has_port and name[0].isdigit():
        hint = "begin with a letter (RFC 1035)"
        raise UsageError(f"{name!r} cannot be the name of a Kubernetes Service", hint=hint)


def check_variable(name: str) -> None:
    """Raise UsageError unless `name` can be the key of a Secret that becomes an environment variable."""
    if not VARIABLE.fullmatch(name):
        raise UsageError(f"{name!r} is no name for an environment variable", hint="letters, digits and '_'")


def check_host(name: str) -> None:
    """Raise UsageError unless `name` can be the host of an Ingress."""
    if not HOST.fullmatch(name) or len(name) > HOST_LENGTH:
        raise UsageError(f"{name!r} is no host name", hint="for example n8n.example.org")


def check_quantity(text: str) -> None:
    """Raise UsageError unless `text` is a size."""
    if not QUANTITY.fullmatch(text):
        raise UsageError(f"{text!r} is no size", hint="for example 5Gi")
