"""`count` and `for_each`: which instances a resource or module call has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from cogcheck.model import Known, ListValue, ObjectValue, Span, Unknown, Value
from cogcheck.record import dataclass
from cogcheck.terraform.addresses import STAR, key

if TYPE_CHECKING:
    from cogcheck.syntax.body import Attribute, Expression

MOST = 1000
"""So many instances of one resource or call are looked at."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance: its key as in addresses (`[0]`, `["eu"]`, `[*]`, empty), and what `each` or `count` is in it."""

    key: str = ""
    index: str | int | None = None
    names: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instances:
    """The instances of a resource or module call.

    `by` is the meta-argument that makes them. `reason` says why they are unknown: `items` is then one that stands
    for all. `exist` is False where there are certainly none: `items` is then one that stands for what is written.
    `left_out` tells that there are more than were looked at.
    """

    items: tuple[Instance, ...] = (Instance(),)
    by: Literal["count", "for_each"] | None = None
    reason: str | None = None
    exist: bool = True
    left_out: bool = False

    @property
    def known(self) -> bool:
        """Whether the instances are known."""
        return self.reason is None


ONE = Instances()
"""Neither `count` nor `for_each`."""


def instances(
    count: Attribute | None, for_each: Attribute | None, value: Callable[[Expression], Value], identity: str
) -> Instances:
    """The instances that `count` or `for_each` makes; `value` evaluates, `identity` is the address without a key."""
    if for_each is not None:
        return _each(value(for_each.expression), identity)
    if count is not None:
        return _count(value(count.expression), identity)
    return ONE


def unknown_instances(reason: str, identity: str, span: Span) -> Instances:
    """Instances of which nothing is known, not even what makes them."""
    return Instances((_star("each", ("key", "value"), span, reason, identity),), "for_each", reason)


def _count(value: Value, identity: str) -> Instances:
    number = _whole(value)
    if number is None:
        reason = value.reason if isinstance(value, Unknown) else "its count is no whole number"
        return Instances((_star("count", ("index",), value.span, reason, identity),), "count", reason)
    if number == 0:
        return _none("count", ("index",), value.span, identity)
    items = tuple(
        Instance(key(index), index, {"count": ObjectValue({"index": Known(index, value.span)}, value.span)})
        for index in range(min(number, MOST))
    )
    return Instances(items, "count", left_out=number > MOST)


def _whole(value: Value) -> int | None:
    if not isinstance(value, Known) or isinstance(value.value, bool | Decimal):
        return None
    if isinstance(value.value, str) and not (value.value.isascii() and value.value.isdigit() and len(value.value) < 10):
        return None
    number = int(value.value)
    return number if number >= 0 else None


def _each(value: Value, identity: str) -> Instances:
    pairs, reason = _pairs(value)
    if reason is not None:
        return Instances((_star("each", ("key", "value"), value.span, reason, identity),), "for_each", reason)
    if not pairs:
        return _none("each", ("key", "value"), value.span, identity)
    items = tuple(
        Instance(
            key(name),
            name,
            {"each": ObjectValue({"key": Known(name, entry.span, entry.trail), "value": entry}, value.span)},
        )
        for name, entry in sorted(pairs.items())[:MOST]
    )
    return Instances(items, "for_each", left_out=len(pairs) > MOST)


def _pairs(value: Value) -> tuple[Mapping[str, Value], str | None]:
    """Keys and values of a `for_each`, or why they are not known."""
    match value:
        case Unknown(reason=reason):
            return {}, reason
        case ObjectValue(sensitive=True) | ListValue(sensitive=True):
            return {}, "its for_each is sensitive, which Terraform refuses"
        case ObjectValue(open=False, entries=entries):
            return dict(entries), None
        case ListValue(open=False, kind="set", items=items):
            pairs: dict[str, Value] = {}
            for item in items:
                if isinstance(item, Unknown):
                    return {}, item.reason
                if not isinstance(item, Known) or not isinstance(item.value, str):
                    return {}, "its for_each is no set of strings"
                if item.sensitive:
                    return {}, "its for_each is sensitive, which Terraform refuses"
                pairs[item.value] = item
            return pairs, None
        case ObjectValue() | ListValue(kind="set"):
            return {}, "not all items of its for_each are known"
        case _:
            return {}, "its for_each is no map or set of strings"


def _none(root: str, names: tuple[str, ...], span: Span, identity: str) -> Instances:
    reason = "it has no instances"
    only = _star(root, names, span, reason, identity)
    return Instances((Instance("", None, only.names),), "count" if root == "count" else "for_each", exist=False)


def _star(root: str, names: tuple[str, ...], span: Span, reason: str, identity: str) -> Instance:
    unknown: dict[str, Value] = {
        name: Unknown(reason, span, identity=f"{identity}.{root}.{name}", not_null=name != "value") for name in names
    }
    return Instance(STAR, None, {root: ObjectValue(unknown, span)})
