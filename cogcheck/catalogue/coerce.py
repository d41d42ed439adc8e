"""Terraform's conversion of values to an argument's type: `"12"` is 12 where a number is wanted."""

from __future__ import annotations

from dataclasses import replace

from cogcheck.catalogue.shapes import Type
from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown, Value
from cogcheck.terraform import types
from cogcheck.terraform.conversion import as_primitive
from cogcheck.terraform.values import RefusedError

WANTED: dict[Type, str] = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "bool": "true or false",
    "list(string)": "a list of strings",
    "set(string)": "a list of strings",
    "map(string)": "a map of strings",
}
"""What a type asks for, in words."""

_PRIMITIVES: dict[Type, types.Type] = {
    "string": types.STRING,
    "number": types.NUMBER,
    "integer": types.NUMBER,
    "bool": types.BOOL,
}


def coerce(value: Value, type_: Type) -> Value | None:
    """The value as the type has it, None where Terraform refuses the conversion. Null and unknown stay as they are."""
    if isinstance(value, Null | Unknown):
        return value
    if type_ in ("list(string)", "set(string)"):
        return _list(value)
    if type_ == "map(string)":
        return _map(value)
    return _scalar(value, type_)


def _scalar(value: Value, type_: Type) -> Value | None:
    try:
        found = as_primitive(value, _PRIMITIVES[type_])
    except RefusedError:
        return None
    return None if type_ == "integer" and isinstance(found, Known) and not isinstance(found.value, int) else found


def _list(value: Value) -> Value | None:
    if not isinstance(value, ListValue):
        return None
    items = [coerce(item, "string") for item in value.items]
    return None if None in items else replace(value, items=tuple(item for item in items if item is not None))


def _map(value: Value) -> Value | None:
    if not isinstance(value, ObjectValue):
        return None
    # The provider drops the entries that are null.
    entries = {key: coerce(item, "string") for key, item in value.entries.items() if not isinstance(item, Null)}
    if None in entries.values():
        return None
    return replace(value, entries={key: item for key, item in entries.items() if item is not None})
