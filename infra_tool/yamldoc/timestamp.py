"""Timestamps as Go's YAML readers take them: a subset of YAML 1.1's, parsed by Go's time.Parse."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

FORM = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
    r"(?:(?P<mark>[Tt]|[ ]+)(?P<time>[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2})(?:[.,](?P<fraction>[0-9]+))?"
    r"(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?"
)


class Timestamp(NamedTuple):
    """A point in time; `nanoseconds` are exact, `value` holds microseconds."""

    value: date | datetime
    nanoseconds: int

    def rfc3339(self) -> str:
        """Return it as Go's encoding/json prints a time."""
        if not isinstance(self.value, datetime):
            return f"{self.value.isoformat()}T00:00:00Z"
        fraction = f".{self.nanoseconds:09d}".rstrip("0") if self.nanoseconds else ""
        zone = self.value.isoformat()[-6:]
        return f"{self.value.isoformat()[:19]}{fraction}{'Z' if zone == '+00:00' else zone}"


def parse(text: str) -> Timestamp | None:
    """Return the time, or None when `text` is none to Go; a time without zone is UTC, a bare date has no time."""
    match = FORM.fullmatch(text)
    if match is None:
        return None
    mark, zone = match["mark"], match["zone"]
    if mark is not None and (mark in "Tt") != (zone is not None):
        return None
    try:
        day = date(*map(int, match["date"].split("-")))
        if mark is None:
            return Timestamp(day, 0)
        hour, minute, second = map(int, match["time"].split(":"))
        nanoseconds = int((match["fraction"] or "")[:9].ljust(9, "0"))
        moment = datetime(day.year, day.month, day.day, hour, minute, second, nanoseconds // 1000, _zone(zone))
    except ValueError:
        return None
    return Timestamp(moment, nanoseconds)


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
