"""How long to wait before another attempt."""

import os
import time

BASE = 0.1
CAP = 2.0
"""Seconds. The first wait is at most BASE, each later one at most twice the one before and never over CAP."""


def pause(attempt: int) -> None:
    """Sleep for a random part of the longest wait of this attempt (from 1): full jitter spreads writers best."""
    longest = min(CAP, BASE * 2 ** min(attempt - 1, 16))
    time.sleep(longest * int.from_bytes(os.urandom(4)) / 2**32)
