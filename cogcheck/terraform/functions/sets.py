"""setintersection, setproduct, setsubtract, setunion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from cogcheck.model import ListValue
from cogcheck.terraform.conversion import converted
from cogcheck.terraform.functions.base import ANY, Context, Function, Parameter
from cogcheck.terraform.sets import ordered
from cogcheck.terraform.types import SET, collection, common_type
from cogcheck.terraform.values import deep_marks, equal, kind_name, refuse, why_unknown

if TYPE_CHECKING:
    from cogcheck.model import Value


def _unified(context: Context, args: Sequence[Value]) -> list[ListValue]:
    element = common_type([item for arg in args for item in getattr(arg, "items", ())], context.budget)
    if element is None:
        refuse(f"{context.name} is given sets of different types", context.span)
    made = (converted(arg, collection("set", element), context.budget) for arg in args)
    return [one for one in made if isinstance(one, ListValue)]


def _union(context: Context, args: Sequence[Value]) -> Value:
    sets = _unified(context, args)
    items = ordered((item for one in sets for item in one.items), context.budget)
    return context.items(items, "set", args, is_open=any(one.open for one in sets))


def _selection(keep: bool) -> Function:
    """The items of the first set that are, or are not, in the others."""

    def run(context: Context, args: Sequence[Value]) -> Value:
        first, *others = _unified(context, args)
        hidden = any(why_unknown(one, context.budget) for one in (first, *others))
        if hidden:
            return context.hidden(args)
        items = list(first.items)
        for other in others:
            context.budget.step(context.span, len(items) * len(other.items))
            items = [item for item in items if _holds(context, other, item) == keep]
        return context.items(items, "set", deep_marks(args, context.budget))

    return Function(run, (Parameter(SET),), Parameter(SET)) if keep else Function(run, (Parameter(SET), Parameter(SET)))


def _holds(context: Context, one: ListValue, item: Value) -> bool:
    return any(equal(item, other, context.budget) for other in one.items)


def _product(context: Context, args: Sequence[Value]) -> Value:
    if len(args) < 2:
        refuse("setproduct takes at least two sets", context.span)
    lists: list[Sequence[Value]] = []
    for arg in args:
        if not isinstance(arg, ListValue):
            refuse(f"setproduct takes sets and lists, not a {kind_name(arg)}", context.span)
        element = common_type(arg.items, context.budget)
        if element is None:
            refuse("setproduct is given a list of different types", context.span)
        if arg.open or (arg.kind == "set" and len(arg.items) > 1 and why_unknown(arg, context.budget)):
            return context.hidden(args)
        lists.append([converted(item, element, context.budget) for item in arg.items])
    context.budget.check(prod(len(one) for one in lists), context.span)
    rows: tuple[Value, ...] = tuple(context.items(row, "tuple", ()) for row in product(*lists))
    kinds = {arg.kind for arg in args if isinstance(arg, ListValue)}
    if "set" in kinds:
        return context.items(ordered(rows, context.budget), "set", args)
    return context.items(rows, "list", args)


FUNCTIONS: Mapping[str, Function] = {
    "setintersection": _selection(keep=True),
    "setproduct": Function(_product, rest=Parameter(ANY)),
    "setsubtract": _selection(keep=False),
    "setunion": Function(_union, (Parameter(SET),), Parameter(SET)),
}
