"""The functions that take lists apart and put them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.terraform.conversion import converted
from cogcheck.terraform.functions.base import (
    ANY,
    NUMBER,
    STRINGS,
    Context,
    Function,
    Parameter,
    known_items,
    whole_argument,
)
from cogcheck.terraform.functions.graphemes import clusters
from cogcheck.terraform.types import LIST, Type, common_type
from cogcheck.terraform.values import (
    RefusedError,
    deep_marks,
    equal,
    in_order,
    kind_name,
    marked,
    placed,
    refuse,
    unknown,
    why_unknown,
)

if TYPE_CHECKING:
    from cogcheck.model import Value


def _common(context: Context, values: Sequence[Value], what: str) -> Type:
    common = common_type(values, context.budget)
    if common is None:
        refuse(f"{context.name}: {what} must have the same type", context.span)
    return common


def _coalesce(context: Context, args: Sequence[Value]) -> Value:
    """The first that is neither null nor an empty string; a known one is certain only behind certain skips."""
    common = _common(context, args, "all arguments")
    for arg in args:
        value = converted(arg, common, context.budget)
        if isinstance(value, Unknown):
            # An unknown string may be empty, unless a piece of it is known; what goes with a list is no string.
            if value.literals or (value.not_null and common.kind not in ("any", "string", "number", "bool")):
                return value
            return unknown(value.reason, context.span, args, not_null=True)
        if isinstance(value, Null) or (isinstance(value, Known) and value.value == ""):
            continue
        return value
    raise RefusedError("coalesce is given nothing but nulls and empty strings", context.span)


def _coalescelist(context: Context, args: Sequence[Value]) -> Value:
    for arg in args:
        if isinstance(arg, Unknown) or (isinstance(arg, ListValue) and arg.open and not arg.items):
            return context.hidden(args)
        if isinstance(arg, Null):
            continue
        if not isinstance(arg, ListValue) or arg.kind == "set":
            refuse(f"coalescelist is given a {kind_name(arg)}", context.span)
        if arg.items:
            return arg
    raise RefusedError("coalescelist is given nothing but empty lists", context.span)


def _compact(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if not isinstance(value, ListValue):
        return context.hidden(args)
    is_open = value.open
    kept: list[Value] = []
    for item in value.items:
        if isinstance(item, Unknown) and not item.literals:
            is_open = True
        elif not isinstance(item, Null) and not (isinstance(item, Known) and item.value == ""):
            kept.append(item)
    return context.items(kept, "list", deep_marks(args, context.budget), is_open=is_open)


def _concat(context: Context, args: Sequence[Value]) -> Value:
    if not args:
        refuse("concat takes at least one list", context.span)
    lists: list[ListValue] = []
    for arg in args:
        if isinstance(arg, ListValue) and arg.kind != "set":
            lists.append(arg)
        else:
            refuse(f"concat is given a {kind_name(arg)}", context.span)
    kind = "tuple"
    if all(one.kind == "list" for one in lists):
        common = common_type(lists, context.budget)
        if common is not None:
            converted_lists = [converted(one, common, context.budget) for one in lists]
            lists = [one for one in converted_lists if isinstance(one, ListValue)]
            kind = "list"
    items = [item for one in lists for item in one.items]
    return context.items(items, kind, args, is_open=any(one.open for one in lists))


def _concat_any(context: Context, args: Sequence[Value]) -> Value:
    """Of an unknown list the others' items remain."""
    told = [arg for arg in args if not isinstance(arg, Unknown)]
    if len(told) == len(args):
        return _concat(context, args)
    if not told:
        return context.hidden(args)
    result = _concat(context, told)
    marks = marked(result, [arg for arg in args if isinstance(arg, Unknown)])
    return replace(marks, open=True) if isinstance(marks, ListValue) else context.hidden(args)


def _contains(context: Context, args: Sequence[Value]) -> Value:
    collection, wanted = args
    if not isinstance(collection, ListValue):
        refuse(f"contains searches a list, not a {kind_name(collection)}", context.span)
    undecided = collection.open
    for item in collection.items:
        same = equal(wanted, item, context.budget)
        if same:
            return context.scalar(True, (collection, wanted))
        undecided = undecided or same is None
    if undecided:
        return context.hidden(args)
    return context.scalar(False, (collection, wanted))


def _distinct(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if not isinstance(value, ListValue):
        return context.hidden(args)
    kept: list[Value] = []
    for item in value.items:
        context.budget.step(context.span, len(kept) + 1)
        answers = [equal(item, other, context.budget) for other in kept]
        if True in answers:
            continue
        if None in answers:
            return context.hidden(args)
        kept.append(item)
    return context.items(kept, "list", args, is_open=value.open)


def _element(context: Context, args: Sequence[Value]) -> Value:
    value, at = args[0], whole_argument(args[1], context)
    if not isinstance(value, ListValue) or value.kind == "set":
        refuse(f"element reads a list, not a {kind_name(value)}", context.span)
    if at is not None and at < 0:
        refuse("element takes no negative index", context.span)
    if at is None or value.open:
        return unknown(context.reason(args), context.span, args)
    if not value.items:
        refuse("element reads an empty list", context.span)
    return marked(value.items[at % len(value.items)], [arg for arg in args if arg.sensitive])


def _flatten(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if not isinstance(value, ListValue):
        refuse(f"flatten takes a list, not a {kind_name(value)}", context.span)
    items: list[Value] = []
    sources: list[Value] = []
    is_open = False
    pending: list[Value] = [value]
    while pending:
        one = pending.pop()
        context.budget.step(context.span)
        context.budget.check(len(items), context.span)
        if isinstance(one, ListValue):
            sources.append(one)
            is_open = is_open or not in_order(one, context.budget)
            pending.extend(reversed(placed(one, context.budget)))
        elif isinstance(one, Unknown) and not one.literals:
            # What is unknown may be a list, of any length.
            is_open = True
            sources.append(one)
        else:
            items.append(one)
    return context.items(items, "tuple", sources, is_open=is_open)


def _index(context: Context, args: Sequence[Value]) -> Value:
    value, wanted = args
    if not isinstance(value, ListValue) or value.kind == "set":
        refuse(f"index searches a list, not a {kind_name(value)}", context.span)
    if value.open:
        return context.hidden(args)
    for at, item in enumerate(value.items):
        same = equal(item, wanted, context.budget)
        if same is None:
            return context.hidden(args)
        if same:
            return context.scalar(at, deep_marks(args, context.budget))
    raise RefusedError("index finds no such item", context.span)


def _length(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if isinstance(value, Known) and isinstance(value.value, str):
        return context.scalar(len(clusters(value.value)), args)
    if isinstance(value, Known):
        refuse(f"length takes no {kind_name(value)}", context.span)
    if not isinstance(value, ListValue | ObjectValue) or value.open:
        return context.hidden(args)
    if isinstance(value, ObjectValue):
        return context.scalar(len(value.entries), args)
    if value.kind == "set" and len(value.items) > 1 and any(_hidden(item, context) for item in value.items):
        return context.hidden(args)
    return context.scalar(len(value.items), args)


def _hidden(value: Value, context: Context) -> bool:
    return why_unknown(value, context.budget) is not None


def _one(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if not isinstance(value, ListValue):
        refuse(f"one takes a list, not a {kind_name(value)}", context.span)
    if len(value.items) > 1 and not (value.kind == "set" and _hidden(value, context)):
        refuse(f"one is given a {value.kind} of {len(value.items)} items", context.span)
    if value.open or len(value.items) > 1:
        return unknown(context.reason(args), context.span, args)
    if not value.items:
        return Null(context.span, value.trail, value.sensitive)
    return marked(value.items[0], [value] if value.sensitive else [])


def _reverse(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if not isinstance(value, ListValue):
        refuse(f"reverse takes a list, not a {kind_name(value)}", context.span)
    kind = "tuple" if value.kind == "tuple" else "list"
    if value.kind == "set" and _hidden(value, context):
        return context.items(reversed(placed(value, context.budget)), kind, args, is_open=True)
    return context.items(reversed(value.items), kind, args, is_open=value.open)


def _slice(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if not isinstance(value, ListValue) or value.kind == "set":
        refuse(f"slice takes a list, not a {kind_name(value)}", context.span)
    start, end = whole_argument(args[1], context), whole_argument(args[2], context)
    if start is None or end is None or value.open:
        return context.hidden(args)
    if not 0 <= start <= end <= len(value.items):
        refuse(f"slice takes {start} to {end} of {len(value.items)} items", context.span)
    return context.items(value.items[start:end], value.kind, args)


def _sort(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    texts = known_items(value)
    if texts is not None:
        pairs = sorted(zip(map(str, texts), getattr(value, "items", ()), strict=True), key=lambda pair: pair[0])
        return context.items([item for _, item in pairs], "list", args)
    if not isinstance(value, ListValue):
        return context.hidden(args)
    told = sorted((item for item in value.items if isinstance(item, Known)), key=lambda item: str(item.value))
    return context.items(told, "list", deep_marks(args, context.budget), is_open=True)


_ONE = (Parameter(ANY),)
_OPEN = Parameter(ANY, null=True, unknown=True)

FUNCTIONS: Mapping[str, Function] = {
    "coalesce": Function(_coalesce, rest=_OPEN),
    "coalescelist": Function(_coalescelist, rest=_OPEN),
    "compact": Function(_compact, (Parameter(STRINGS),)),
    "concat": Function(_concat_any, rest=Parameter(ANY, unknown=True)),
    "contains": Function(_contains, (Parameter(ANY), Parameter(ANY, null=True, unknown=True))),
    "distinct": Function(_distinct, (Parameter(LIST),)),
    "element": Function(_element, (Parameter(ANY), Parameter(NUMBER, unknown=True)), not_null=False),
    "flatten": Function(_flatten, _ONE),
    "index": Function(_index, (Parameter(ANY), Parameter(ANY, unknown=True))),
    "length": Function(_length, (Parameter(ANY, unknown=True),)),
    "one": Function(_one, _ONE, not_null=False),
    "reverse": Function(_reverse, _ONE),
    "slice": Function(_slice, (Parameter(ANY), Parameter(NUMBER, unknown=True), Parameter(NUMBER, unknown=True))),
    "sort": Function(_sort, (Parameter(STRINGS),)),
}
