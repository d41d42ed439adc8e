"""The functions that take maps and objects apart and put them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.terraform.access import entry
from cogcheck.terraform.conversion import converted
from cogcheck.terraform.functions.base import (
    ANY,
    STRING,
    STRINGS,
    Context,
    Function,
    Parameter,
    known_items,
)
from cogcheck.terraform.loops import walk
from cogcheck.terraform.types import type_of
from cogcheck.terraform.values import (
    ObjectKind,
    any_sensitive,
    deep_marks,
    join_trails,
    kind_name,
    marked,
    open_reason,
    refuse,
    unknown,
)

if TYPE_CHECKING:
    from cogcheck.model import Span, Value


def _keys(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if not isinstance(value, ObjectValue):
        refuse(f"keys takes a map, not a {kind_name(value)}", context.span)
    keys = [_key(name, value) for name in sorted(value.entries)]
    return context.items(keys, "list" if value.kind == "map" else "tuple", args, is_open=value.open)


def _key(name: str, value: ObjectValue) -> Known:
    span: Span = value.keys.get(name, value.span)
    return Known(name, span)


def _lookup(context: Context, args: Sequence[Value]) -> Value:
    value, key, *default = args
    if len(default) > 1:
        refuse(f"lookup takes two or three arguments, not {len(args)}", context.span)
    if isinstance(value, Unknown):
        if value.literals:
            refuse("lookup takes a map, not a string", context.span)
        return unknown(value.reason, context.span, args)
    if not isinstance(value, ObjectValue):
        refuse(f"lookup takes a map, not a {kind_name(value)}", context.span)
    if default and value.kind == "map":
        default = [_default(context, value, default[0])]
    if not isinstance(key, Known):
        return unknown(context.reason((key,)), context.span, (value, key))
    name = str(key.value)
    if name in value.entries or (not value.open and not default):
        return marked(entry(value, name, context.span), [key] if key.sensitive else [])
    if value.open:
        return unknown(open_reason(value), context.span, (value, key))
    return marked(default[0], [one for one in (value, key) if one.sensitive])


def _default(context: Context, value: ObjectValue, default: Value) -> Value:
    """A default beside a map has to be of its elements' type."""
    element = type_of(value, context.budget).element
    return converted(default, element or ANY, context.budget)


def _merge(context: Context, args: Sequence[Value]) -> Value:
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    is_open = False
    told: list[ObjectValue] = []
    for arg in args:
        if isinstance(arg, Null):
            continue
        context.budget.step(context.span)
        if isinstance(arg, ObjectValue):
            told.append(arg)
            if arg.open:
                entries = _uncertain(entries, open_reason(arg), context)
            entries.update(arg.entries)
            keys.update(arg.keys)
            is_open = is_open or arg.open
        elif isinstance(arg, Unknown) and not arg.literals:
            entries = _uncertain(entries, arg.reason, context)
            is_open = True
        else:
            refuse(f"merge is given a {kind_name(arg)}", context.span)
        context.budget.step(context.span, len(entries))
        context.budget.check(len(entries), context.span)
    kind: ObjectKind = "map" if _all_maps(context, args, told) else "object"
    trail, sensitive = join_trails(args), any_sensitive(args)
    return ObjectValue(entries, context.span, kind, is_open, None, keys, trail, sensitive)


def _uncertain(entries: Mapping[str, Value], reason: str, context: Context) -> dict[str, Value]:
    """What a later argument, of which not all keys are known, may replace."""
    return {name: unknown(reason, value.span, (value,)) for name, value in entries.items()}


def _all_maps(context: Context, args: Sequence[Value], told: Sequence[ObjectValue]) -> bool:
    if not told or len(told) < len(args) or any(one.kind != "map" for one in told):
        return False
    types = [type_of(one, context.budget) for one in told]
    return all(one == types[0] for one in types if one.element != ANY)


def _values(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    if not isinstance(value, ObjectValue):
        refuse(f"values takes a map, not a {kind_name(value)}", context.span)
    kind = "list" if value.kind == "map" else "tuple"
    return context.items([item for _, item in walk(value)], kind, args, is_open=value.open)


def _zipmap(context: Context, args: Sequence[Value]) -> Value:
    keys, values = args
    if not isinstance(values, ListValue) or values.kind == "set":
        refuse(f"zipmap takes a list of values, not a {kind_name(values)}", context.span)
    names = known_items(keys)
    if names is None or values.open:
        return context.hidden(args)
    if len(names) != len(values.items):
        refuse(f"zipmap is given {len(names)} keys and {len(values.items)} values", context.span)
    entries = dict(zip(map(str, names), values.items, strict=True))
    sources = (*deep_marks((keys,), context.budget), values)
    trail, sensitive = join_trails(sources), any_sensitive(sources)
    kind: ObjectKind = "map" if values.kind == "list" else "object"
    return ObjectValue(entries, context.span, kind, trail=trail, sensitive=sensitive)


_ONE = (Parameter(ANY),)
_OPEN = Parameter(ANY, null=True, unknown=True)

FUNCTIONS: Mapping[str, Function] = {
    "keys": Function(_keys, _ONE),
    "lookup": Function(_lookup, (Parameter(ANY, unknown=True), Parameter(STRING, unknown=True)), _OPEN, not_null=False),
    "merge": Function(_merge, rest=_OPEN),
    "values": Function(_values, _ONE),
    "zipmap": Function(_zipmap, (Parameter(STRINGS), Parameter(ANY))),
}
