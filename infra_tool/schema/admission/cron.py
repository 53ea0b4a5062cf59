"""The schedule of a CronJob, as Kubernetes reads it (github.com/robfig/cron/v3, ParseStandard)."""

import re

from infra_tool.schema.demand import Unmet, Value

MACROS = {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}
EVERY = re.compile(r"@every [+-]?([0-9.]+(ns|us|µs|ms|s|m|h))+")
ZONE = re.compile(r"(CRON_)?TZ=")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of the month", 1, 31, {}),
    ("month", 1, 12, {name: index for index, name in enumerate(MONTHS, 1)}),
    ("day of the week", 0, 6, {name: index for index, name in enumerate(DAYS)}),
)
PART = re.compile(r"(?P<first>\*|\?|\w+)(-(?P<last>\w+))?(/(?P<step>\d+))?", re.ASCII)
HELP = "minute, hour, day of the month, month, day of the week: `0 3 * * *` is every day at three"


def schedule(value: Value) -> Unmet | None:
    """Demand a schedule."""
    text = str(value)
    if ZONE.match(text):
        return Unmet("must not name a time zone", "write it as `timeZone:`, beside the schedule")
    if text.startswith("@"):
        is_known = text in MACROS or EVERY.fullmatch(text) is not None
        return None if is_known else Unmet("must be a cron schedule", f"there are {', '.join(sorted(MACROS))}")
    fields = text.split()
    if len(fields) != len(FIELDS):
        return Unmet("must be a cron schedule of five fields", HELP)
    return next(
        (unmet for field, bounds in zip(fields, FIELDS, strict=True) if (unmet := _field(field, *bounds))), None
    )


def _field(text: str, name: str, low: int, high: int, names: dict[str, int]) -> Unmet | None:
    wrong = f"must be a cron schedule: its {name} is"
    for part in filter(None, text.split(",")):
        match = PART.fullmatch(part)
        if match is None:
            return Unmet(f"{wrong} {part}", HELP)
        if match["step"] is not None and int(match["step"]) == 0:
            return Unmet(f"{wrong} {part}, with a step of 0")
        if match["first"] in ("*", "?"):
            continue
        first = _number(match["first"], names)
        last = first if match["last"] is None else _number(match["last"], names)
        if first is None or last is None or not low <= first <= last <= high:
            return Unmet(f"{wrong} {part}, and must be from {low} to {high}", HELP)
    return None


def _number(text: str, names: dict[str, int]) -> int | None:
    return int(text) if text.isdecimal() else names.get(text.lower())
