"""Decrypt rendered objects as Flux does, in memory, where a private key is at hand."""

from collections.abc import Mapping

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, string
from infra_tool.sops import Identities, cipher, open_parsed, values
from infra_tool.sops.cipher import MacError
from infra_tool.sops.values import Plain

FIELD = "sops"


class Opener:
    """Opens objects that came from encrypted files; `closed` tells, by path, why others were left as they are."""

    def __init__(self, keys: Identities, names: Mapping[str, str]) -> None:
        """Open with `keys`; `names` are the holders of recipients, for what is told."""
        self._keys = keys
        self._names = names
        self._found: dict[str, bytes | None] = {}
        self.closed: dict[str, str] = {}

    def open(self, root: Map) -> None:
        """Replace the ciphertext in an object by what it says; one that cannot be opened stays as it is.

        Raises MacError for a file that was changed after it was encrypted.
        """
        if not isinstance(root.get(FIELD), Map):
            return
        key = self._key(root)
        if key is None:
            return
        try:
            opened = {name: _opened(item, key, (name,)) for name, item in root.items() if name != FIELD}
        except ValueError as error:
            self.closed[root.origin.path] = f"a value {error}"
            return
        root.clear()
        root.update(opened)

    def _key(self, root: Map) -> bytes | None:
        path, file = root.origin.path, root.origin.file
        if path not in self._found and file is not None:
            try:
                self._found[path] = open_parsed(file, self._keys, names=self._names).key
            except MacError:
                raise
            except InfraToolError as error:
                self._found[path] = None
                self.closed[path] = error.message
        return self._found.get(path)


def _opened(value: Value, key: bytes, path: tuple[str, ...]) -> Value:
    """Return a value with its ciphertext opened; raises ValueError, which does not quote it."""
    if isinstance(value, Map):
        found = Map(value.origin, value.node)
        found.update((name, _opened(item, key, (*path, name))) for name, item in value.items())
        return found
    if isinstance(value, List):
        items = List(value.origin, value.node)
        items.extend(_opened(item, key, path) for item in value)
        return items
    if not cipher.is_token(value.text):
        return value
    token = cipher.parse(value.text)
    plain = values.normal(Plain(token.kind, cipher.unseal(key, token, cipher.associated(path))))
    text = plain.data.decode(errors="replace")
    if plain.kind in ("str", "time"):
        return string(text, value.origin, value.node)
    return Leaf(text, value.origin, value.node)
