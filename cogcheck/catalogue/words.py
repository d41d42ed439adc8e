"""The sentences of the shape rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cogcheck.catalogue.display import listing, nearest, show, shown_with_origin
from cogcheck.catalogue.facts import Breach, measure
from cogcheck.catalogue.names import goes_on
from cogcheck.catalogue.predicates import text_of
from cogcheck.catalogue.shapes import ArgumentShape, Fact, Period, ResourceShape, show_release
from cogcheck.model import Known, Unknown, Value, Versions
from cogcheck.record import dataclass

_EXAMPLES: Mapping[str, str] = {
    "string": '"..."',
    "number": "1",
    "integer": "1",
    "bool": "true or false",
    "list(string)": '["..."]',
    "set(string)": '["..."]',
    "map(string)": '{ key = "value" }',
}


_BRIEF = 40
"""Longer texts are not repeated in a message about their length."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message with its way out; `slip` is the allowed value that was probably meant."""

    message: str
    help: str
    slip: str | None = None


def example(shape: ArgumentShape) -> str:
    """How an argument is written."""
    allowed = shape.facts.get("one_of") or shape.items.get("one_of")
    first = allowed[0].value["values"][0] if allowed else None
    wanted = _EXAMPLES[shape.type]
    return f"{shape.name} = {wanted.replace('...', str(first)) if first is not None else wanted}"


def breach(found: Breach, name: str, value: Value) -> Told:
    """What to say about a value that breaks a fact."""
    content = found.fact.value
    if found.kind == "one_of":
        return _not_allowed(name, value, content["values"])
    if found.kind == "range":
        wanted = _between(content, "")
        return Told(f"{name} is {shown_with_origin(value)}, but has to be {wanted}", f"Set a number {wanted}.")
    if found.kind == "length":
        return _length(name, value, content)
    wanted = content.get("says", "of another form")
    return Told(f"{name} is {shown_with_origin(value)}, but has to be {wanted}", f"Write {wanted}.")


def _not_allowed(name: str, value: Value, allowed: tuple[Any, ...]) -> Told:
    slip = nearest(text_of(value.value), [str(literal) for literal in allowed]) if isinstance(value, Known) else None
    slip = None if isinstance(value, Known) and slip and goes_on(text_of(value.value), slip) else slip
    choice = f'Write "{slip}".' if slip else f"Write {listing(allowed)}."
    return Told(f"{name} cannot be {shown_with_origin(value)}; allowed: {listing(allowed)}", choice, slip)


def _length(name: str, value: Value, content: Mapping[str, Any]) -> Told:
    unit = content.get("unit", "characters")
    if isinstance(value, Unknown):
        length = f"at least {sum(measure(piece, unit) for piece in value.literals)}"
    else:
        length = str(measure(text_of(value.value), unit)) if isinstance(value, Known) else show(value)
    wanted = _between(content, f" {unit}")
    brief = f" ({shown_with_origin(value)})" if isinstance(value, Known) and len(text_of(value.value)) < _BRIEF else ""
    return Told(f"{name} is {length} {unit} long{brief}, but has to be {wanted} long", f"Make it {wanted} long.")


def _between(content: Mapping[str, Any], unit: str) -> str:
    low, high = content.get("min"), content.get("max")
    if low is None:
        return f"at most {high}{unit}"
    return f"at least {low}{unit}" if high is None else f"from {low} to {high}{unit}"


def newest(shape: ResourceShape) -> str:
    """The newest release that the shape was verified against."""
    return show_release(shape.verified[1])


def out_of_period(period: Period, name: str, kind: str, versions: Versions) -> tuple[str, str]:
    """What to say about an argument or block that the release at hand does not have."""
    source = f" ({versions.source})" if versions.source else ""
    if period.since is not None and versions.high is not None and versions.high < period.since:
        needed = show_release(period.since)
        at_hand = show_release(versions.high)
        message = f"the {kind} {name} needs provider {needed}, but at most {at_hand} applies here{source}"
        return message, f"Require provider {needed} or newer, or remove {name}."
    gone = show_release(period.until or ())
    return f"the {kind} {name} was removed from the provider in {gone}", f"Remove {name}."


def too_often(name: str, most: int, count: int) -> str:
    """What to say about a block that is repeated too often."""
    return f"{name} is written {count} times, but may be written {times(most)}"


def times(most: int) -> str:
    """A number of times, in words."""
    return "only once" if most == 1 else f"at most {most} times"


def keep(name: str, most: int) -> str:
    """The way out of a block that is repeated too often."""
    return f"Keep one {name}." if most == 1 else f"Keep {most} of them at most."


def once_required(message: str, fact: Fact) -> str:
    """What to say about an argument that only older releases require."""
    release = show_release(fact.period.until or ())
    return f"{message}, which the provider requires before {release}"
