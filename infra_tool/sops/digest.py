"""A short name for the ciphertext of a file, for pods that must restart when it changes."""

import hashlib

from infra_tool.sops import cipher, metadata, walk
from infra_tool.yamldoc import YamlFile

RESTART = "infra-tool/secrets"
"""Annotation of a pod template: the fingerprint of the secrets that its pods read."""

DIGITS = 12


def fingerprint(*files: YamlFile) -> str:
    """Return a short hash over the ciphertext of encrypted files: values with their paths, in order.

    Recipients, layout and comments do not count: pods need no restart for those.
    """
    digest = hashlib.sha256()
    for file in files:
        found = metadata.require(file)
        for leaf in walk.leaves(file, found.selector):
            if cipher.is_token(leaf.node.value):
                digest.update(repr((leaf.where, leaf.node.value)).encode())
    return digest.hexdigest()[:DIGITS]
