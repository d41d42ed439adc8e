"""formatdate, timeadd, timecmp: over RFC 3339 timestamps, as strictly read as Terraform does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction

from cogcheck.record import dataclass
from cogcheck.terraform.functions.base import STRING, CannotTellError, Function, plain

_STAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.]([0-9]{1,30}))?(?:(Z)|([-+])([0-9]{2}):([0-9]{2}))\Z"
)
_DURATION = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_TOKEN = re.compile(r"'(?:[^']|'')*'|'|([A-Za-z])\1*|[^'A-Za-z]+")


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A time as its clock shows it, the nanoseconds of its second, and the minutes that it is ahead of UTC."""

    clock: datetime
    nanoseconds: int
    offset: int

    @property
    def instant(self) -> tuple[datetime, int]:
        """The same as UTC's clock shows it."""
        return self.clock - timedelta(minutes=self.offset), self.nanoseconds

    def zone(self, colon: str, utc: str) -> str:
        """The offset, such as +01:00; `utc` where there is none."""
        if not self.offset and utc:
            return utc
        hours, minutes = divmod(abs(self.offset), 60)
        return f"{'-' if self.offset < 0 else '+'}{hours:02d}{colon}{minutes:02d}"


def _parsed(text: str) -> _Stamp:
    match = _STAMP.match(text)
    if match is None:
        raise ValueError(f"{text[:40]} is no RFC 3339 timestamp")
    hours, minutes = int(match[10] or 0), int(match[11] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError(f"{text[:40]} has an invalid offset from UTC")
    year, month, day, hour, minute, second = (int(match[at]) for at in range(1, 7))
    if not year:
        raise CannotTellError("the year 0 is not worked with")
    clock = datetime(year, month, day, hour, minute, second)
    offset = (hours * 60 + minutes) * (-1 if match[9] == "-" else 1)
    return _Stamp(clock, int((match[7] or "0").ljust(9, "0")[:9]), offset)


def _duration(text: str) -> int:
    """A duration such as `-1h30m`, in nanoseconds."""
    sign, rest = (
        (-1 if text.startswith("-") else 1),
        text.removeprefix("-") if text[:1] == "-" else text.removeprefix("+"),
    )
    if rest == "0":
        return 0
    total, at = Fraction(0), 0
    while at < len(rest):
        match = _DURATION.match(rest, at)
        if match is None or not (match[1] or match[2]) or len(match[0]) > 40:
            break
        digits = (match[1] or "") + (match[2] or "")
        total += Fraction(int(digits), 10 ** len(match[2] or "")) * _UNITS[match[3]]
        at = match.end()
    if not rest or at < len(rest) or total >= 2**63:
        raise ValueError(f"{text[:40]} is no duration")
    return sign * int(total)


def _timeadd(stamp: str, duration: str) -> str:
    start = _parsed(stamp)
    seconds, _ = divmod(start.nanoseconds + _duration(duration), 10**9)
    try:
        clock = start.clock + timedelta(seconds=seconds)
    except OverflowError:
        raise CannotTellError("the time is too far away to work with") from None
    return clock.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + start.zone(":", "Z")


def _timecmp(one: str, other: str) -> int:
    first, second = _instant(one), _instant(other)
    return (first > second) - (first < second)


def _instant(text: str) -> tuple[datetime, int]:
    try:
        return _parsed(text).instant
    except OverflowError:
        raise CannotTellError("the time is too far away to work with") from None


def _formatdate(template: str, stamp: str) -> str:
    time = _parsed(stamp)
    parts: list[str] = []
    for match in _TOKEN.finditer(template):
        piece = match[0]
        if match[1]:
            parts.append(_verb(piece, time))
        elif not piece.startswith("'"):
            parts.append(piece)
        elif len(piece) == 1:
            raise ValueError("a quote in the format is not closed")
        else:
            parts.append(piece[1:-1].replace("''", "'") or "'")
    return "".join(parts)


def _verb(token: str, time: _Stamp) -> str:
    forms = _VERBS.get(token[0], {})
    form = forms.get(len(token))
    if form is None:
        raise ValueError(f"the format has an invalid verb {token[:20]}")
    return form(time)


def _number(value: Callable[[datetime], int]) -> dict[int, Callable[[_Stamp], str]]:
    return {1: lambda time: str(value(time.clock)), 2: lambda time: f"{value(time.clock):02d}"}


def _weekday(day: date) -> str:
    return _DAYS[day.weekday()]


_VERBS: Mapping[str, Mapping[int, Callable[[_Stamp], str]]] = {
    "Y": {2: lambda time: f"{time.clock.year % 100:02d}", 4: lambda time: f"{time.clock.year:04d}"},
    "M": {
        **_number(lambda clock: clock.month),
        3: lambda time: _MONTHS[time.clock.month - 1][:3],
        4: lambda time: _MONTHS[time.clock.month - 1],
    },
    "D": _number(lambda clock: clock.day),
    "E": {3: lambda time: _weekday(time.clock)[:3], 4: lambda time: _weekday(time.clock)},
    "h": _number(lambda clock: clock.hour),
    "H": _number(lambda clock: clock.hour % 12 or 12),
    "A": {2: lambda time: "PM" if time.clock.hour >= 12 else "AM"},
    "a": {2: lambda time: "pm" if time.clock.hour >= 12 else "am"},
    "m": _number(lambda clock: clock.minute),
    "s": _number(lambda clock: clock.second),
    "Z": {
        1: lambda time: time.zone(":", "Z"),
        3: lambda time: time.zone("", "UTC"),
        4: lambda time: time.zone("", ""),
        5: lambda time: time.zone(":", ""),
    },
}

FUNCTIONS: Mapping[str, Function] = {
    "formatdate": plain(_formatdate, STRING, STRING),
    "timeadd": plain(_timeadd, STRING, STRING),
    "timecmp": plain(_timecmp, STRING, STRING),
}
