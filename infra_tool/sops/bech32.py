"""The checksum of age keys (BIP 173, without its length limit, as age uses it)."""

CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHECKSUM = 6


def decode(text: str) -> tuple[str, bytes]:
    """Return the human-readable part and the bytes of a bech32 text.

    Raises ValueError with the reason, which never quotes the text: it may be a private key.
    """
    if text.lower() != text and text.upper() != text:
        raise ValueError("mixes upper and lower case")
    text = text.lower()
    prefix, separator, rest = text.rpartition("1")
    if not separator or not prefix or len(rest) < CHECKSUM:
        raise ValueError("is cut off")
    if any(character not in CHARSET for character in rest):
        raise ValueError("has a character that such keys never have")
    values = [CHARSET.index(character) for character in rest]
    if _polymod(_expand(prefix) + values) != 1:
        raise ValueError("has a wrong checksum: a character is missing or mistyped")
    return prefix, _regroup(values[:-CHECKSUM])


def _expand(prefix: str) -> list[int]:
    return [ord(character) >> 5 for character in prefix] + [0] + [ord(character) & 31 for character in prefix]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check


def _regroup(values: list[int]) -> bytes:
    """Turn groups of five bits into bytes."""
    number = 0
    for value in values:
        number = number << 5 | value
    spare = len(values) * 5 % 8
    if spare >= 5 or number & ((1 << spare) - 1):  # noqa: PLR2004 -- a whole group of padding means a lost character
        raise ValueError("is cut off")
    return (number >> spare).to_bytes(len(values) * 5 // 8, "big")
