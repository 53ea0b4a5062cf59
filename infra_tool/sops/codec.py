"""Encrypt and decrypt whole files with whichever of the two writers the file and the repo ask for."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError
from infra_tool.sops import binary, checks, metadata, opened, plaintext, seal
from infra_tool.sops.age import Identities
from infra_tool.sops.entropy import Entropy
from infra_tool.sops.metadata import Metadata
from infra_tool.sops.recipients import Recipient
from infra_tool.sops.rules import Rule
from infra_tool.sops.selectors import Selector
from infra_tool.yamldoc import YamlFile

Backend = Literal["auto", "sops"]
"""`auto` leaves the choice to the file; `sops` is what a repo's config says to have all done by that program."""

Writer = Literal["embedded", "sops"]


def writer(
    path: str, recipients: tuple[Recipient, ...], selector: Selector, *, groups: int = 1, backend: Backend = "auto"
) -> Writer:
    """Say who writes a file: the embedded codec a YAML file for age X25519 keys only, the sops program all else.

    What is installed plays no part: the same file comes out the same way on every machine.
    """
    if backend == "sops" or groups > 1 or not path.endswith((".yaml", ".yml")):
        return "sops"
    if any(entry.kind != "x25519" for entry in recipients) or selector.by_comment:
        return "sops"
    return "embedded"


def file_writer(path: str, found: Metadata, backend: Backend = "auto") -> Writer:
    """Say who changes a file that is encrypted already."""
    return writer(path, found.recipients, found.selector, groups=max(1, found.groups), backend=backend)


def rule_writer(path: str, rule: Rule, backend: Backend = "auto") -> Writer:
    """Say who writes a file by a rule."""
    return writer(path, rule.recipients, rule.selector, groups=rule.groups, backend=backend)


def encrypt(  # noqa: PLR0913 -- each is a captured part of the repo's or the caller's state
    data: bytes,
    path: str,
    rule: Rule,
    *,
    backend: Backend = "auto",
    keys: Callable[[], Identities] = Identities,
    names: Mapping[str, str] | None = None,
    entropy: Entropy | None = None,
    indent: int | None = None,
    config: bytes = b"",
    root: Path | None = None,
    accept_types: bool = False,
) -> bytes:
    """Encrypt what `rule` selects in a file and return the new content; nothing else in it changes.

    A file that is encrypted already is returned as it is, if every selected value is ciphertext; otherwise it is
    completed with its own data key, which takes one of `keys`, asked for only then. Where the sops program is the
    writer, `config` is the `.sops.yaml` that it follows, and `root` the checkout in which it works, if there is one.

    Raises InfraToolError with the line of what cannot be encrypted and, unless `accept_types`, of a value that programs
    take for different things.
    """
    entropy = entropy or Entropy()
    _usable(rule)
    if rule_writer(path, rule, backend) == "sops":
        return _by_program(data, path, rule, config, root, accept_types=accept_types)
    file = yamldoc.parse(data, path)
    found = metadata.read(file)
    if found is None:
        return seal.fresh(file, rule, entropy, indent=indent, accept_types=accept_types)
    if seal.is_complete(file, found):
        return data
    if file_writer(path, found, backend) == "sops":
        raise _not_completed(path)
    before = opened.open_file(file, keys(), partly=True, names=names)
    return seal.complete(before, entropy, accept_types=accept_types)


def _usable(rule: Rule) -> None:
    for problem in rule.problems:
        raise InfraToolError(problem.message, path=".sops.yaml", line=problem.line)


def _by_program(data: bytes, path: str, rule: Rule, config: bytes, root: Path | None, *, accept_types: bool) -> bytes:
    if path.endswith((".yaml", ".yml")):
        file = yamldoc.parse(data, path)
        found = metadata.read(file)
        if found is not None and seal.is_complete(file, found):
            return data
        if found is not None:
            raise _not_completed(path)
        checks.check_documents(file, rule.selector)
        if not accept_types:
            checks.check_clear(file, rule.selector, seal.plains(file, rule.selector), {})
    return binary.encrypt(data, path, config=config, root=root)


def _not_completed(path: str) -> InfraToolError:
    hint = "take the values out, and add them with `infra-tool secret set`"
    return InfraToolError("is partly encrypted, and the sops program cannot complete it", path=path, hint=hint)


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


__all__ = ["Backend", "Writer", "decrypt", "encrypt", "file_writer", "open_file", "parse", "rule_writer", "writer"]
