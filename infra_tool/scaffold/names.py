"""What things may be called, checked before anything is made."""

import re

from infra_tool.errors import UsageError

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
LABEL_LENGTH = 63
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HOST = re.compile(r"(\*\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?")
HOST_LENGTH = 253
QUANTITY = re.compile(r"[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?")

RESERVED = ("default", "flux-system", "kube-node-lease", "kube-public", "kube-system", "kustomization")
"""Namespaces that belong to the cluster itself, and the file that registers services beside theirs."""

SERVICE_LENGTH = LABEL_LENGTH - len("deployer-")
"""Every name that is made from a service's stays a label: `deployer-NAME`, `NAME-secrets`, and a CronJob's pods."""


def check_label(what: str, name: str, *, length: int = LABEL_LENGTH) -> None:
    """Raise UsageError unless `name` is a label (RFC 1123) of at most `length` characters."""
    if not LABEL.fullmatch(name) or len(name) > length:
        raise UsageError(
            f"{name!r} is no name for a {what}",
            hint=f"lower-case letters, digits and '-', not at either end, at most {length} characters (RFC 1123)",
        )


def check_service(name: str) -> None:
    """Raise UsageError unless `name` can be a service, its namespace and its objects."""
    check_label("service", name, length=SERVICE_LENGTH)
    if name in RESERVED:
        raise UsageError(f"{name} is a name of the cluster itself", hint="choose another name for the service")


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
