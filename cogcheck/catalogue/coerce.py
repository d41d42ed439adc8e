"""Terraform's conversion of values to an argument's type: `"12"` is 12 where a number is wanted."""

from __future__ import annotations

from dataclasses import replace

from cogcheck.catalogue.predicates import number, text_of
from cogcheck.catalogue.shapes import Type
from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown, Value

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
    if not isinstance(value, Known):
        return None
    content = value.value
    if type_ == "string":
        return value if isinstance(content, str) else replace(value, value=text_of(content))
    if type_ == "bool":
        return _bool(value)
    found = number(value)
    if found is None or (type_ == "integer" and not isinstance(found, int)):
        return None
    return value if found is content else replace(value, value=found)


def _bool(value: Known) -> Value | None:
    if isinstance(value.value, bool):
        return value
    return replace(value, value=value.value == "true") if value.value in ("true", "false") else None


def _list(value: Value) -> Value | None:
    if not isinstance(value, ListValue):
        return None
    items = [coerce(item, "string") for item in value.items]
    return None if None in items else replace(value, items=tuple(item for item in items if item is not None))


def _map(value: Value) -> Value | None:
    if not isinstance(value, ObjectValue):
        return None
    entries = {key: coerce(item, "string") for key, item in value.entries.items()}
    if None in entries.values():
        return None
    return replace(value, entries={key: item for key, item in entries.items() if item is not None})
