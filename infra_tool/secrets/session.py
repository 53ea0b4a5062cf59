"""What the commands on secrets have in common: keys, captured randomness, the backend, the gate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from infra_tool import repo, sops, yamldoc
from infra_tool.edits import SYMLINK, Edits, Tree
from infra_tool.errors import RefusedError, UsageError
from infra_tool.finding import Finding
from infra_tool.sops import Choice, Entropy, Identities, Means, Opened
from infra_tool.yamldoc import YamlFile

Lint = Callable[[Tree, Edits], Sequence[Finding]]
"""Returns the errors that edits of a tree would bring into the files they touch."""


@dataclass(frozen=True)
class Session:
    """Made once before anything is planned, so that planning again on another tip gives the same ciphertext.

    `keys` is asked only when a file must be opened. `root` is the checkout, None for a tree without one; the sops
    program works there, with the private keys of `identity` if that is given. `lint` judges what is to be written.
    `accept_types`: values that programs take for different things, such as 0755, are taken as sops takes them.
    """

    keys: Callable[[], Identities] = Identities
    entropy: Entropy = field(default_factory=Entropy)
    backend: Choice = "auto"
    root: Path | None = None
    lint: Lint | None = None
    identity: Path | None = None
    accept_types: bool = False

    def on(self, tree: Tree) -> "Session":
        """Return the session with the backend that the configuration in `tree` names."""
        return replace(self, backend=repo.load_config(tree).secrets.backend)

    def means(self, tree: Tree) -> Means:
        """Return what a backend needs for the files of `tree`."""
        rules = sops.load_rules(tree)
        return Means(
            self.keys,
            self.entropy,
            names=rules.names if rules else {},
            config=rules.source if rules else b"",
            root=self.root,
            identity=self.identity,
            indent=rules.indent if rules else None,
            accept_types=self.accept_types,
        )

    def open(self, tree: Tree, path: str, data: bytes) -> Opened:
        """Open an encrypted file; the error that no key opens it calls its recipients as `.sops.yaml` does."""
        rules = sops.load_rules(tree)
        return sops.open_file(data, path, self.keys(), rules.names if rules else None)

    def guard(self, tree: Tree, edits: Edits) -> Edits:
        """Return `edits` unless they bring a new error into a file they touch; raises RefusedError then."""
        effective = edits.effective(tree)
        for finding in self.lint(tree, effective) if self.lint is not None and effective else ():
            message = f"the result would not pass lint: {finding.code} {finding.message}"
            raise RefusedError(message, path=finding.path, line=finding.line, hint=finding.help)
        return effective


def read(tree: Tree, path: str) -> bytes:
    """Return the content of a file that a command names; raises UsageError when there is none, or a symlink."""
    if path not in tree.entries:
        raise UsageError("no such file", path=path)
    if tree.entries[path].mode == SYMLINK:
        raise UsageError("is a symlink", path=path, hint="name the file that it leads to")
    return tree.read(path)


def load(tree: Tree, path: str) -> YamlFile:
    """Parse a file that a command names."""
    return yamldoc.parse(read(tree, path), path)
