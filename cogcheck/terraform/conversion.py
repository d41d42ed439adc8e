"""Converting values to types, as Terraform does wherever a type is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.terraform import numbers
from cogcheck.terraform.sets import ordered
from cogcheck.terraform.types import ANY, STRING, Type, common_type
from cogcheck.terraform.values import ListKind, RefusedError, in_order, kind_name, placed, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from cogcheck.model import Value
    from cogcheck.terraform.budget import Budget

_SEQUENCES = ("list", "set", "tuple")


def converted(value: Value, type_: Type, budget: Budget) -> Value:
    """The value as a type. Raises RefusedError, LimitError."""
    kind = type_.kind
    if kind == "any":
        return value
    if isinstance(value, Null):
        return value
    if isinstance(value, Unknown):
        if value.literals and kind in ("list", "set", "map", "tuple", "object"):
            refuse(f"a {kind} is required, not a string", value.span)
        return value
    if kind in ("string", "number", "bool"):
        return as_primitive(value, type_)
    if kind in ("list", "set"):
        return _sequence(value, type_, budget)
    if kind == "map":
        return _map(value, type_, budget)
    return _tuple(value, type_, budget) if kind == "tuple" else _object(value, type_, budget)


def as_primitive(value: Value, type_: Type) -> Value:
    """A value that is neither null nor unknown as a string, number or bool. Raises RefusedError."""
    if not isinstance(value, Known):
        refuse(f"{_a(type_)} is required, not {_a(kind_name(value))}", value.span)
    scalar = value.value
    if type_.kind == "string":
        return value if isinstance(scalar, str) else replace(value, value=_text(scalar))
    return _boolean(value) if type_.kind == "bool" else _number(value)


def _boolean(value: Known) -> Value:
    if isinstance(value.value, bool):
        return value
    if value.value in ("true", "1"):
        return replace(value, value=True)
    if value.value in ("false", "0"):
        return replace(value, value=False)
    raise RefusedError(_not_a("bool", value), value.span)


def _number(value: Known) -> Value:
    if isinstance(value.value, bool):
        refuse(_not_a("number", value), value.span)
    if not isinstance(value.value, str):
        return value
    try:
        number = numbers.parse(value.value)
    except numbers.TooLargeError:
        return Unknown("the number is too large to work with", value.span, (), None, True, value.trail, value.sensitive)
    if number is None:
        refuse(_not_a("number", value), value.span)
    return replace(value, value=number)


def _text(scalar: bool | int | Decimal) -> str:
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    return numbers.text(scalar)


def _a(what: object) -> str:
    return f"{'an' if str(what)[0] in 'aeiou' else 'a'} {what}"


def _not_a(kind: str, value: Known) -> str:
    shown = "a sensitive value" if value.sensitive else repr(value.value)
    return f"{_a(kind)} is required, and {shown} is none"


def _element_type(items: Sequence[Value], type_: Type, budget: Budget, kind: str) -> Type:
    """The type that a collection's items get; for "any" the one that they have in common."""
    wanted = type_.element or ANY
    if not _open_ended(wanted):
        return wanted
    common = common_type(items, budget)
    if common is None:
        refuse(f"all elements of a {kind} must have the same type")
    return common if wanted.kind == "any" else wanted


def _open_ended(type_: Type) -> bool:
    return type_.kind == "any" or (type_.element is not None and _open_ended(type_.element))


def _sequence(value: Value, type_: Type, budget: Budget) -> Value:
    if not isinstance(value, ListValue):
        refuse(f"{_a(type_.kind)} is required, not {_a(kind_name(value))}", value.span)
    budget.step(value.span, len(value.items))
    element = _element_type(value.items, type_, budget, type_.kind)
    items = tuple(converted(item, element, budget) for item in value.items)
    items = _same(items, element, budget, type_.kind)
    kind: ListKind = "set" if type_.kind == "set" else "list"
    if kind == "set":
        items = ordered(items, budget)
    unchanged = value.kind == kind and len(items) == len(value.items)
    if unchanged and all(one is other for one, other in zip(items, value.items, strict=True)):
        return value
    # Where an unknown item of a set stands in a list is not known, nor whether it is one of the others.
    result = replace(value, items=items, kind=kind)
    if value.kind == "set" and kind == "list" and not in_order(value, budget):
        return replace(result, items=placed(replace(result, kind="set"), budget), open=True)
    return result


def _same(items: tuple[Value, ...], element: Type, budget: Budget, kind: str) -> tuple[Value, ...]:
    """Elements of a type with "any" inside it must agree on what that is: `list(list(any))`."""
    if element.kind == "any" or not _open_ended(element):
        return items
    common = common_type(items, budget)
    if common is None:
        refuse(f"all elements of a {kind} must have the same type")
    return tuple(converted(item, common, budget) for item in items)


def _map(value: Value, type_: Type, budget: Budget) -> Value:
    if not isinstance(value, ObjectValue):
        refuse(f"a map is required, not {_a(kind_name(value))}", value.span)
    budget.step(value.span, len(value.entries))
    keys = list(value.entries)
    items = tuple(value.entries.values())
    element = _element_type(items, type_, budget, "map")
    items = _same(tuple(converted(item, element, budget) for item in items), element, budget, "map")
    if value.kind == "map" and all(one is other for one, other in zip(items, value.entries.values(), strict=True)):
        return value
    return replace(value, entries=dict(zip(keys, items, strict=True)), kind="map")


def _tuple(value: Value, type_: Type, budget: Budget) -> Value:
    if not isinstance(value, ListValue) or value.kind != "tuple":
        refuse(f"a tuple is required, not {_a(kind_name(value))}", value.span)
    if value.open:
        return Unknown("the tuple may have further items", value.span, (), None, True, value.trail, value.sensitive)
    if len(value.items) != len(type_.items):
        refuse(f"a tuple of {len(type_.items)} elements is required, and this one has {len(value.items)}", value.span)
    pairs = zip(value.items, type_.items, strict=True)
    return replace(value, items=tuple(converted(item, one, budget) for item, one in pairs))


def _object(value: Value, type_: Type, budget: Budget) -> Value:
    if not isinstance(value, ObjectValue):
        refuse(f"an object is required, not {_a(kind_name(value))}", value.span)
    budget.step(value.span, len(type_.attributes))
    entries: dict[str, Value] = {}
    for name, attribute in type_.attributes.items():
        entries[name] = _attribute(value, name, attribute, type_, budget)
    keys = {name: span for name, span in value.keys.items() if name in entries}
    return replace(value, entries=entries, kind="object", open=False, identity=None, keys=keys)


def _attribute(value: ObjectValue, name: str, attribute: Type, type_: Type, budget: Budget) -> Value:
    item = value.entries.get(name)
    default = type_.defaults.get(name)
    if item is None and value.open:
        identity = None if value.identity is None else f"{value.identity}.{name}"
        reason = f"the {value.kind} may have the key {name}"
        item = Unknown(reason, value.span, identity=identity, trail=value.trail, sensitive=value.sensitive)
    if item is None and name not in type_.optional:
        refuse(f'attribute "{name}" is required', value.span)
    if item is None or isinstance(item, Null):
        if default is not None:
            return default
        return item if item is not None else Null(value.span, value.trail)
    if isinstance(item, Unknown) and default is not None and not isinstance(default, Null):
        # A null would be replaced by the default, so null it is not.
        return item if item.not_null else replace(item, not_null=True)
    return converted(item, attribute, budget)


def as_text(value: Value) -> Value:
    """The value as a string; Null and Unknown stay what they are. Raises RefusedError."""
    return value if isinstance(value, Null | Unknown) else as_primitive(value, STRING)
