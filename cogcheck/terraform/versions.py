"""Which releases of a provider may apply: exact ones and version constraints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from cogcheck.model import Versions

Release: TypeAlias = tuple[int, ...]

_LAST = 9999
"""Stands for "any number": no provider has that many releases of one kind."""

_CLAUSE = re.compile(r"\s*+(?:(=|!=|>=|<=|>|<|~>)\s*+)?v?(\d{1,6}(?:\.\d{1,6}){0,2})(?:[-+][0-9A-Za-z.+-]*)?\s*")


def exact(text: str, source: str) -> Versions:
    """The one release named; all are open where the text is no release number."""
    match = re.fullmatch(r"\s*v?(\d{1,6}(?:\.\d{1,6}){0,2})(?:[-+][0-9A-Za-z.+-]*)?\s*", text)
    if match is None:
        return Versions()
    release = _numbers(match[1])
    return Versions(release, release, source)


def constrained(constraints: Iterable[str], source: str) -> Versions:
    """The releases that all constraints allow, as one range; `!=` leaves the range as it is.

    A constraint that cannot be read is passed over, and so are constraints that contradict each other.
    """
    low: Release | None = None
    high: Release | None = None
    for constraint in constraints:
        for clause in constraint.split(","):
            lower, upper = _bounds(clause)
            low = lower if low is None else max(low, lower or low)
            high = upper if high is None else min(high, upper or high)
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        return Versions()
    return Versions(low, high, source)


def _bounds(clause: str) -> tuple[Release | None, Release | None]:
    """The first and last release of one clause."""
    match = _CLAUSE.fullmatch(clause)
    if match is None:
        return None, None
    operator, release = match[1] or "=", _numbers(match[2])
    match operator:
        case "=":
            return release, release
        case ">=":
            return release, None
        case ">":
            return (*release[:2], release[2] + 1), None
        case "<=":
            return None, release
        case "<":
            return None, _before(release)
        case "~>":
            # Written with three numbers only the last may grow, with fewer all but the first.
            fixed = 2 if match[2].count(".") == 2 else 1
            return release, release[:fixed] + (_LAST,) * (3 - fixed)
        case _:
            return None, None


def _before(release: Release) -> Release:
    """The last release before one."""
    major, minor, patch = release
    if patch:
        return major, minor, patch - 1
    if minor:
        return major, minor - 1, _LAST
    return max(major - 1, 0), _LAST, _LAST


def _numbers(text: str) -> Release:
    """Always three numbers, so that releases compare as Terraform compares them."""
    numbers = [int(part) for part in text.split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))
