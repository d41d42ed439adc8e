"""alltrue, anytrue, chunklist, matchkeys, range, sum, transpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.terraform import numbers
from cogcheck.terraform.conversion import converted
from cogcheck.terraform.functions.base import (
    ANY,
    BOOL,
    NUMBER,
    STRINGS,
    CannotTellError,
    Context,
    Function,
    Parameter,
    whole_argument,
)
from cogcheck.terraform.types import LIST, collection, common_type
from cogcheck.terraform.values import deep_marks, equal, kind_name, known, refuse

if TYPE_CHECKING:
    from decimal import Decimal

    from cogcheck.model import Value

_RANGE = 1024
"""The most values that Terraform lets `range` make."""


def _quantifier(decisive: bool) -> Function:
    def run(context: Context, args: Sequence[Value]) -> Value:
        value = args[0]
        if not isinstance(value, ListValue):
            return context.hidden(args)
        undecided = value.open
        for item in value.items:
            # A null is not true, and so decides alltrue.
            if (isinstance(item, Known) and item.value is decisive) or (isinstance(item, Null) and not decisive):
                return context.scalar(decisive, (*args, item))
            undecided = undecided or isinstance(item, Unknown)
        if undecided:
            return context.hidden(args)
        return context.scalar(not decisive, deep_marks(args, context.budget))

    return Function(run, (Parameter(collection("list", BOOL)),))


def _chunklist(context: Context, args: Sequence[Value]) -> Value:
    value, size = args[0], whole_argument(args[1], context)
    if not isinstance(value, ListValue) or size is None or value.open:
        return context.hidden(args)
    if size < 0:
        refuse("chunklist takes no negative size", context.span)
    step = size or max(1, len(value.items))
    items = value.items
    chunks = [context.items(items[at : at + step], "list", ()) for at in range(0, len(items), step)]
    return context.items(chunks, "list", args)


def _matchkeys(context: Context, args: Sequence[Value]) -> Value:
    values, keys, wanted = args
    if not (isinstance(values, ListValue) and isinstance(keys, ListValue) and isinstance(wanted, ListValue)):
        return context.hidden(args)
    common = common_type((keys, wanted), context.budget)
    if common is None:
        refuse("matchkeys is given keys and a search set of different types", context.span)
    if values.open or keys.open:
        return context.hidden(args)
    if len(values.items) != len(keys.items):
        refuse("matchkeys is given different numbers of keys and values", context.span)
    keys, wanted = converted(keys, common, context.budget), converted(wanted, common, context.budget)
    if not isinstance(keys, ListValue) or not isinstance(wanted, ListValue):
        return context.hidden(args)
    kept: list[Value] = []
    is_open = False
    for value, key in zip(values.items, keys.items, strict=True):
        context.budget.step(context.span, len(wanted.items))
        answers = [equal(key, one, context.budget) for one in wanted.items]
        if True in answers:
            kept.append(value)
        elif None in answers or wanted.open:
            is_open = True
    return context.items(kept, "list", deep_marks(args, context.budget), is_open=is_open)


def _range(context: Context, args: Sequence[Value]) -> Value:
    told = [arg.value for arg in args if isinstance(arg, Known)]
    bounds = [numbers.exact(one) for one in told if not isinstance(one, str)]
    if len(bounds) != len(args):
        return context.hidden(args)
    if not 1 <= len(bounds) <= 3:
        refuse("range takes one, two or three numbers", context.span)
    start, end = (bounds[0], bounds[1]) if len(bounds) > 1 else (bounds[0] * 0, bounds[0])
    step = bounds[2] if len(bounds) == 3 else (start - start + (1 if end >= start else -1))
    if step == 0 or (end - start) * step < 0:
        refuse("range would never arrive", context.span)
    if (end - start) / step > _RANGE:
        refuse(f"range would make more than {_RANGE} values", context.span)
    made: list[Value] = []
    at = start
    while at < end if step > 0 else at > end:
        made.append(known(numbers.of(at), context.span, args))
        at = numbers.exact(numbers.of(at + step))
    return context.items(made, "list", args)


def _sum(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if not isinstance(value, ListValue):
        refuse(f"sum takes a list of numbers, not a {kind_name(value)}", context.span)
    if not value.items and not value.open:
        refuse("sum is given an empty list", context.span)
    total: int | Decimal = 0
    undecided = value.open
    for item in value.items:
        if isinstance(item, Null):
            refuse("sum is given a null", context.span)
        number = converted(item, NUMBER, context.budget)
        if isinstance(number, Known) and not isinstance(number.value, str):
            try:
                total = numbers.of(numbers.exact(total) + numbers.exact(number.value))
            except numbers.TooLargeError:
                raise CannotTellError("the result is too large to work with") from None
        else:
            undecided = True
    return context.hidden(args) if undecided else context.scalar(total, deep_marks(args, context.budget))


def _transpose(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if not isinstance(value, ObjectValue) or value.open:
        return context.hidden(args)
    found: dict[str, list[str]] = {}
    for key in sorted(value.entries):
        texts = value.entries[key]
        if isinstance(texts, Null):
            refuse("transpose is given a null", context.span)
        if not isinstance(texts, ListValue) or texts.open:
            return context.hidden(args)
        for text in texts.items:
            if isinstance(text, Null):
                refuse("transpose is given a null", context.span)
            if not isinstance(text, Known):
                return context.hidden(args)
            context.budget.step(context.span)
            found.setdefault(str(text.value), []).append(key)
    sources = deep_marks(args, context.budget)
    entries = {text: context.strings(sorted(keys), sources) for text, keys in sorted(found.items())}
    marks = context.scalar(True, sources)
    return ObjectValue(entries, context.span, "map", trail=marks.trail, sensitive=marks.sensitive)


FUNCTIONS: Mapping[str, Function] = {
    "alltrue": _quantifier(decisive=False),
    "anytrue": _quantifier(decisive=True),
    "chunklist": Function(_chunklist, (Parameter(LIST), Parameter(NUMBER))),
    "matchkeys": Function(_matchkeys, (Parameter(LIST), Parameter(LIST), Parameter(LIST))),
    "range": Function(_range, rest=Parameter(NUMBER)),
    "sum": Function(_sum, (Parameter(ANY),)),
    "transpose": Function(_transpose, (Parameter(collection("map", STRINGS)),)),
}
