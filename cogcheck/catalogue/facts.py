"""Whether a value agrees with the facts of its argument: enums, ranges, lengths, patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from cogcheck.answer import Truth
from cogcheck.catalogue.predicates import as_scalar, number, same_scalar, text_of, truth
from cogcheck.catalogue.references import is_own_arn
from cogcheck.catalogue.shapes import ALWAYS, Fact, Facts
from cogcheck.model import Known, Unknown, Value, Versions
from cogcheck.record import dataclass
from cogcheck.terraform.values import contains_in_order

SLUGS: Mapping[str, str] = {
    "one_of": "value-not-allowed",
    "range": "number-out-of-range",
    "length": "wrong-length",
    "pattern": "malformed-value",
}
"""The shape rule that speaks of each kind of fact about a value."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A fact that a value breaks."""

    kind: str
    fact: Fact


def check(value: Value, facts: Mapping[str, Facts], versions: Versions) -> tuple[Breach | None, bool]:
    """The first fact that a value breaks in every release that may apply, and whether a fact could not be told."""
    unsure = False
    for kind in SLUGS:
        if kind not in facts:
            continue
        answer, fact = _accepted(kind, facts[kind], value, versions)
        if answer is Truth.NO and fact is not None:
            return Breach(kind, fact), unsure
        unsure = unsure or answer is Truth.CANNOT_TELL
    return None, unsure


def _accepted(kind: str, facts: Facts, value: Value, versions: Versions) -> tuple[Truth, Fact | None]:
    if len(facts) == 1:
        (fact,) = facts
        if fact.period is not ALWAYS and fact.period.holds(versions) is not Truth.YES:
            return Truth.YES, None
        answer = _accepts(kind, fact.value, value)
        return answer, fact if answer is Truth.NO else None
    applicable = [fact for fact in facts if fact.period.holds(versions) is not Truth.NO]
    answer, breached = Truth.YES, None
    for fact in applicable:
        answer = _accepts(kind, fact.value, value)
        if answer is not Truth.NO:
            return answer, None
        breached = breached or fact
    return answer, breached


def _accepts(kind: str, content: Any, value: Value) -> Truth:
    if kind == "one_of":
        return _one_of(content["values"], value)
    if kind == "range":
        return _range(content, value)
    if kind == "length":
        return _length(content, value)
    return _pattern(content, value)


def _one_of(allowed: tuple[Any, ...], value: Value) -> Truth:
    if isinstance(value, Known):
        return truth(any(same_scalar(value.value, as_scalar(literal)) for literal in allowed))
    if isinstance(value, Unknown) and value.literals:
        possible = any(contains_in_order(str(literal), value.literals) for literal in allowed)
        return Truth.CANNOT_TELL if possible else Truth.NO
    return Truth.CANNOT_TELL


def _range(content: Mapping[str, Any], value: Value) -> Truth:
    found = number(value)
    if found is None:
        return Truth.CANNOT_TELL
    low, high = content.get("min"), content.get("max")
    return truth(
        (low is None or found >= Decimal(str(low))) and (high is None or found <= Decimal(str(high))),
    )


def measure(text: str, unit: str) -> int:
    """The length of a text in characters or UTF-8 bytes."""
    return len(text.encode("utf-8", "surrogatepass")) if unit == "bytes" else len(text)


def _length(content: Mapping[str, Any], value: Value) -> Truth:
    unit, low, high = content.get("unit", "characters"), content.get("min", 0), content.get("max")
    if isinstance(value, Known):
        length = measure(text_of(value.value), unit)
        return truth(length >= low and (high is None or length <= high))
    if isinstance(value, Unknown) and high is not None:
        known = sum(measure(piece, unit) for piece in value.literals)
        return Truth.NO if known > high else Truth.CANNOT_TELL
    return Truth.CANNOT_TELL


def _pattern(content: Mapping[str, Any], value: Value) -> Truth:
    if not isinstance(value, Known):
        return Truth.YES if content.get("format") == "arn" and is_own_arn(value) else Truth.CANNOT_TELL
    text = text_of(value.value)
    if "format" in content:
        from cogcheck.catalogue.special import FORMATS

        return truth(FORMATS[content["format"]](text))
    return truth(_compiled(content["regex"]).fullmatch(text) is not None)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
