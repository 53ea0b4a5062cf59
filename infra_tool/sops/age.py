"""Private keys: where sops looks for them, and how a data key is wrapped and unwrapped with age."""

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

from infra_tool import proc
from infra_tool.errors import InfraToolError
from infra_tool.sops.secret import Secret

ENCRYPTED = ("age-encryption.org/v1", "-----BEGIN AGE ENCRYPTED FILE-----")


class NoKeyError(InfraToolError):
    """None of the private keys at hand opens a file (exit 3)."""

    code = "no-key"


@dataclass(frozen=True)
class Identity:
    """A key pair: the private key, and the recipient that others encrypt to."""

    secret: Secret
    recipient: str


@dataclass(frozen=True)
class Identities:
    """The private keys at hand. `looked` names where they were looked for, `notes` what there could not be used.

    `asks` give more keys, for the recipient that one is wanted of; each asks a program, once for each recipient.
    """

    x25519: tuple[Secret, ...] = ()
    ssh: tuple[Secret, ...] = field(default=(), repr=False)
    looked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    asks: tuple["Ask", ...] = field(default=(), repr=False)

    def __add__(self, other: "Identities") -> "Identities":
        """Return both, these first."""
        return Identities(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def __bool__(self) -> bool:
        """Tell whether there is any key, or a program to ask for one."""
        return bool(self.x25519 or self.ssh or self.asks)


Ask = Callable[[str], Identities]


def generate_identity() -> Identity:
    """Make a new X25519 key pair."""
    from pyrage import x25519

    made = x25519.Identity.generate()
    return Identity(Secret(str(made)), str(made.to_public()))


def recipient_of(secret: Secret) -> str:
    """Return the public key of a private X25519 key. Raises InfraToolError when it is none."""
    from pyrage import IdentityError, x25519

    try:
        return str(x25519.Identity.from_str(secret.reveal()).to_public())
    except IdentityError:
        raise InfraToolError("this is no private age key (AGE-SECRET-KEY-1...)") from None


def keys_file(env: Mapping[str, str], home: Path) -> Path:
    """Return the file in which sops looks for age keys on this system."""
    if base := env.get("XDG_CONFIG_HOME"):
        return Path(base) / "sops/age/keys.txt"
    folder = "Library/Application Support" if sys.platform == "darwin" else ".config"
    return home / folder / "sops/age/keys.txt"


def identities(env: Mapping[str, str], home: Path) -> Identities:
    """Collect the private keys from every place in which sops looks, in its order; keys behind passphrases are noted.

    A place named by the environment that cannot be read is an InfraToolError; the usual places may be empty, or closed.
    """
    found = Identities()
    if path := env.get("SOPS_AGE_SSH_PRIVATE_KEY_FILE"):
        found += _ssh(_read(Path(path), "SOPS_AGE_SSH_PRIVATE_KEY_FILE"), f"SOPS_AGE_SSH_PRIVATE_KEY_FILE ({path})")
    if command := env.get("SOPS_AGE_SSH_PRIVATE_KEY_CMD"):
        found += _ssh(_ask(command, env), "SOPS_AGE_SSH_PRIVATE_KEY_CMD")
    for usual in (home / ".ssh/id_ed25519", home / ".ssh/id_rsa"):
        found += _usual(usual, _ssh)
    if text := env.get("SOPS_AGE_KEY"):
        found += _age("\n".join(text.split()).encode(), "SOPS_AGE_KEY")
    if path := env.get("SOPS_AGE_KEY_FILE"):
        found += _age(_read(Path(path), "SOPS_AGE_KEY_FILE"), f"SOPS_AGE_KEY_FILE ({path})")
    if command := env.get("SOPS_AGE_KEY_CMD"):
        found += Identities(looked=("SOPS_AGE_KEY_CMD",), asks=(_asker(command, env),))
    return found + _usual(keys_file(env, home), _age)


def _usual(place: Path, take: Callable[[bytes, str], Identities]) -> Identities:
    """Take the keys of a usual place, which may be empty; one that cannot be read is noted."""
    try:
        return take(place.read_bytes(), str(place)) if place.is_file() else Identities(looked=(str(place),))
    except OSError as error:
        return Identities(looked=(str(place),), notes=(f"{place} cannot be read: {error.strerror}",))


def from_file(path: Path) -> Identities:
    """Read the keys of one file: age keys, one a line, or an SSH key. Raises InfraToolError when it holds none."""
    data = _read(path, "--identity")
    found = _ssh(data, str(path)) if data.startswith(b"-----BEGIN ") and b"AGE" not in data[:30] else None
    found = found or _age(data, str(path))
    if not found:
        raise InfraToolError(f"{path} holds no key that can be used", hint="; ".join(found.notes) or None)
    return found


def unwrap(blocks: Sequence[tuple[str, str]], keys: Identities) -> bytes | None:
    """Return the data key from the first of some age blocks, each with its recipient, that a key opens; else None.

    Raises ToolMissingError and ProgramError when a program that has to be asked cannot be, or fails.
    """
    found = next(filter(None, (_opened(block, keys) for _, block in blocks)), None)
    if found is not None:
        return found
    asked = ((block, ask(recipient)) for recipient, block in blocks for ask in keys.asks)
    return next(filter(None, (_opened(block, more) for block, more in asked)), None)


def _opened(block: str, keys: Identities) -> bytes | None:
    from pyrage import DecryptError, decrypt, ssh, x25519

    able = [x25519.Identity.from_str(key.reveal()) for key in keys.x25519]
    able += [ssh.Identity.from_buffer(key.reveal().encode()) for key in keys.ssh]
    try:
        return bytes(decrypt(block.encode(), able)) if able else None
    except DecryptError:
        return None


def wrap(data_key: bytes, recipient: str) -> str:
    """Return the data key as an armored age file for one X25519 recipient."""
    from pyrage import encrypt, x25519

    block = bytes(encrypt(data_key, [x25519.Recipient.from_str(recipient)], armored=True)).decode()
    return block.rstrip("\r\n").replace("\r\n", "\n") + "\n"


def _read(path: Path, named_by: str) -> bytes:
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise InfraToolError(f"cannot read {path} ({named_by}): {error.strerror}") from error


def _asker(command: str, env: Mapping[str, str]) -> Ask:
    """Return what asks SOPS_AGE_KEY_CMD; sops 3.12 and later tell it whose key is wanted."""

    @cache
    def ask(recipient: str) -> Identities:
        return _age(_ask(command, {**env, "SOPS_AGE_RECIPIENT": recipient}), "SOPS_AGE_KEY_CMD")

    return ask


def _ask(command: str, env: Mapping[str, str]) -> bytes:
    """Run a key command, split as a shell would but without one."""
    return proc.run(shlex.split(command), env=env, secret=True).stdout


def _age(data: bytes, source: str) -> Identities:
    text = data.decode(errors="replace")
    if text.startswith(ENCRYPTED):
        return Identities(looked=(source,), notes=(f"{source} is protected by a passphrase",))
    lines = [line.strip() for line in text.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    good = tuple(Secret(key) for key in keys if _is_x25519(key))
    notes = [f"{source}: {_kind(key)}" for key in keys if not _is_x25519(key)]
    return Identities(good, (), (source,), tuple(dict.fromkeys(notes)))


def _is_x25519(key: str) -> bool:
    from pyrage import IdentityError, x25519

    try:
        x25519.Identity.from_str(key)
    except IdentityError:
        return False
    return True


def _kind(key: str) -> str:
    """Say what a line is that is no X25519 key, without quoting it."""
    if key.startswith("AGE-SECRET-KEY-PQ-1"):
        return "a post-quantum key needs the sops program"
    if key.startswith("AGE-PLUGIN-"):
        return "a plugin's key needs the sops program"
    return "a line is no age key"


def _ssh(data: bytes, source: str) -> Identities:
    """Take an SSH key that age can use; one behind a passphrase, or of another kind, is noted."""
    from pyrage import IdentityError, ssh

    try:
        ssh.Identity.from_buffer(data)
    except IdentityError:
        note = f"{source} is protected by a passphrase or no SSH key that age can use"
        return Identities(looked=(source,), notes=(note,))
    return Identities((), (Secret(data.decode()),), (source,))
