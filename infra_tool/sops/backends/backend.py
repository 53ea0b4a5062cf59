"""What writes encrypted files: a module with a name and five functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from infra_tool.errors import InfraToolError
from infra_tool.sops.age import Identities
from infra_tool.sops.entropy import Entropy
from infra_tool.sops.rules import Rule
from infra_tool.sops.walk import Place
from infra_tool.yamldoc import YamlFile


@dataclass(frozen=True)
class Means:
    """What a backend may need, captured before anything is planned.

    `keys` is asked only when a file must be opened; the sops program finds keys by itself, or takes those of the file
    `identity`. `names` holds the holder of each recipient, for errors; `config` is the `.sops.yaml` that sops follows,
    and `root` the checkout in which it works, if there is one. `indent` is what the rules ask for. `accept_types`:
    values that programs take for different things, such as 0755, are taken as sops takes them.
    """

    keys: Callable[[], Identities] = Identities
    entropy: Entropy = field(default_factory=Entropy)
    names: Mapping[str, str] = field(default_factory=dict)
    config: bytes = b""
    root: Path | None = None
    identity: Path | None = None
    indent: int | None = None
    accept_types: bool = False


class Change(NamedTuple):
    """A text to set in a file, or a key to remove where `text` is None: a document (from 0) and a path of keys."""

    document: int
    keys: tuple[str, ...]
    text: str | None

    @property
    def place(self) -> Place:
        """Where the value stands, or is to stand."""
        return self.document, self.keys

    def __repr__(self) -> str:
        """Name the place; the text is a secret."""
        return f"<{'.'.join(self.keys)}>"


def not_completed(path: str) -> InfraToolError:
    """Return the error about a partly encrypted file."""
    hint = "take the values out, and add them with `infra-tool secret set`"
    return InfraToolError("is partly encrypted, and the sops program cannot complete it", path=path, hint=hint)


class Backend(Protocol):
    """Every result was opened and compared with what was wanted before it is returned, where a key opens it."""

    NAME: str

    def encrypt(self, data: bytes, path: str, rule: Rule, means: Means) -> bytes:
        """Encrypt what a rule selects in a file; one that is encrypted wholly is returned as it is.

        One that is so partly is completed with its own data key. Raises InfraToolError with the line of what cannot be
        encrypted and, unless `means.accept_types`, of a value that programs take for different things.
        """
        ...

    def decrypt(self, data: bytes, path: str, means: Means) -> bytes:
        """Return the plain content, for memory and pipes; raises NoKeyError and MacError."""
        ...

    def replace(self, old: bytes, plain: YamlFile, means: Means) -> bytes:
        """Return the encrypted file `old` with the content of `plain`; what did not change keeps its ciphertext."""
        ...

    def edit(self, old: bytes, path: str, changes: Sequence[Change], means: Means) -> bytes:
        """Return an encrypted file with some texts set and keys removed; all else keeps its ciphertext."""
        ...

    def add_recipient(self, old: bytes, path: str, recipient: str, means: Means) -> bytes:
        """Return a file that `recipient`, whom its rule names, can open too; its data key stays."""
        ...
