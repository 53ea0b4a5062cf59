"""Where a Receiver of Flux listens for the git server."""

import hashlib


def hook_path(token: str, name: str, namespace: str) -> str:
    """Return the path of a Receiver's address, as notification-controller makes it of its token, name and namespace.

    https://fluxcd.io/flux/components/notification/receivers/#webhook-path
    """
    return "/hook/" + hashlib.sha256(f"{token}{name}{namespace}".encode()).hexdigest()
