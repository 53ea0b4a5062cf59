"""Where the unpredictable parts of a ciphertext come from: made once, so that planning again gives the same bytes."""

import hmac
import os
from datetime import UTC, datetime

from infra_tool.sops import age
from infra_tool.sops.cipher import KEY_BYTES


class Entropy:
    """A captured seed and clock.

    A nonce is derived from the seed, the key, the place and the plain value, so the same plan made twice is the same,
    and two different plain values never share one, also when a plan is made again on a changed file. Wrapped data keys
    are remembered, since age's own randomness cannot be given to it.
    """

    def __init__(self, seed: bytes | None = None, now: datetime | None = None) -> None:
        """Take 32 random bytes and the present time unless they are given."""
        self._seed = seed or os.urandom(KEY_BYTES)
        moment = (now or datetime.now(UTC)).astimezone(UTC)
        self.now = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._wrapped: dict[tuple[bytes, str], str] = {}

    def data_key(self, path: str) -> bytes:
        """Return the data key for a new file."""
        return self._derive(b"data key", path.encode())

    def nonce(self, key: bytes, place: bytes, plain: bytes) -> bytes:
        """Return the nonce for one value; `place` tells equal values apart."""
        return self._derive(b"nonce", key, place, plain)

    def wrap(self, key: bytes, recipient: str) -> str:
        """Return the data key wrapped for a recipient."""
        if (key, recipient) not in self._wrapped:
            self._wrapped[key, recipient] = age.wrap(key, recipient)
        return self._wrapped[key, recipient]

    def random(self, purpose: str, size: int) -> bytes:
        """Return `size` bytes for another purpose, such as a generated password."""
        blocks = (self._derive(b"random", purpose.encode(), str(count).encode()) for count in range(size // 32 + 1))
        return b"".join(blocks)[:size]

    def _derive(self, *parts: bytes) -> bytes:
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self._seed, framed, "sha256")
