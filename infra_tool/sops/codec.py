"""Encrypt and decrypt whole files with whichever of the two backends the file and the repo ask for."""

from collections.abc import Callable, Mapping
from pathlib import Path

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.sops import backends, metadata, opened, plaintext
from infra_tool.sops.age import Identities
from infra_tool.sops.backends import Choice, Means
from infra_tool.sops.entropy import Entropy
from infra_tool.sops.metadata import Metadata
from infra_tool.sops.rules import Rule
from infra_tool.yamldoc import YamlFile


def encrypt(  # noqa: PLR0913 -- each is a captured part of the repo's or the caller's state
    data: bytes,
    path: str,
    rule: Rule,
    *,
    choice: Choice = "auto",
    keys: Callable[[], Identities] = Identities,
    entropy: Entropy | None = None,
    indent: int | None = None,
    config: bytes = b"",
    root: Path | None = None,
    accept_types: bool = False,
) -> bytes:
    """Encrypt what `rule` selects in a file and return the new content; see Backend.encrypt, and Means for the rest."""
    for problem in rule.problems:
        raise InfraToolError(problem.message, path=".sops.yaml", line=problem.line)
    means = Means(keys, entropy or Entropy(), config=config, root=root, indent=indent, accept_types=accept_types)
    return backends.rule_writer(path, rule, choice).encrypt(data, path, rule, means)


def decrypt(data: bytes, path: str, keys: Identities) -> bytes:
    """Return the plain content of an encrypted file, its layout kept and the metadata removed.

    Raises NoKeyError, MacError, and InfraToolError with the line of what is broken. The result is for memory and pipes.
    """
    return plaintext.render(open_file(data, path, keys))


def open_file(data: bytes, path: str, keys: Identities, names: Mapping[str, str] | None = None) -> opened.Opened:
    """Open an encrypted YAML file that has an age recipient; see decrypt for the errors, which use `names`."""
    return opened.open_file(yamldoc.parse(data, path), keys, names=names)


def parse(data: bytes, path: str) -> tuple[YamlFile, Metadata]:
    """Read an encrypted file without any key. Raises InfraToolError when it is not encrypted."""
    file = yamldoc.parse(data, path)
    return file, metadata.require(file)
