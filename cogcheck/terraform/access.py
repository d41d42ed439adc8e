"""`value.name` and `value[key]`."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.terraform.budget import Budget
from cogcheck.terraform.conversion import as_text, converted
from cogcheck.terraform.types import NUMBER
from cogcheck.terraform.values import RefusedError, kind_name, marked, open_reason, refuse, unknown

if TYPE_CHECKING:
    from cogcheck.model import Span, Value


def attribute(value: Value, name: str, span: Span) -> Value:
    """`value.name`. Raises RefusedError."""
    if name.isdigit():
        return index(value, Known(int(name[:18]), span), span)
    if isinstance(value, Unknown):
        return _of_unknown(value, f".{name}", span)
    if isinstance(value, ObjectValue):
        return entry(value, name, span)
    if isinstance(value, Null):
        refuse(f"a null has no attribute {name}", span)
    raise RefusedError(f"a {kind_name(value)} has no attribute {name}", span)


def entry(value: ObjectValue, key: str, span: Span) -> Value:
    """The entry of a key. Raises RefusedError where it is certain that there is none."""
    item = value.entries.get(key)
    if item is not None:
        return replace(item, sensitive=True) if value.sensitive and not item.sensitive else item
    if not value.open:
        refuse(f'the {value.kind} has no key "{key}"', span)
    identity = None if value.identity is None else value.identity + (f".{key}" if _plain(key) else f"[{_text(key)}]")
    return unknown(open_reason(value), span, (value,), identity=identity)


def index(value: Value, key: Value, span: Span) -> Value:
    """`value[key]`. Raises RefusedError."""
    if isinstance(value, Null):
        refuse("a null has no items", span)
    if isinstance(key, Null):
        refuse("a null is used as an index", span)
    if isinstance(value, Unknown):
        return _of_unknown(value, _suffix(key), span, key)
    if isinstance(value, ObjectValue):
        name = as_text(key)
        if isinstance(name, Known):
            return marked(entry(value, str(name.value), span), (key,) if key.sensitive else ())
        return unknown(_reason(key), span, (value, key))
    if isinstance(value, ListValue) and value.kind != "set":
        return _item(value, key, span)
    raise RefusedError(f"a {kind_name(value)} has no indices", span)


def _item(value: ListValue, key: Value, span: Span) -> Value:
    at = _whole(key)
    if at is None:
        return unknown(_reason(key), span, (value, key))
    if isinstance(at, Decimal) or at < 0:
        refuse(f"{at} is no index of a {value.kind}", span)
    if value.open:
        return unknown(open_reason(value), span, (value,))
    if at >= len(value.items):
        refuse(f"the {value.kind} has no item {at}: it has {len(value.items)}", span)
    return marked(value.items[at], tuple(one for one in (value, key) if one.sensitive))


def _whole(key: Value) -> int | Decimal | None:
    if isinstance(key, Known):
        # The budget is only asked about collections, and a key is none.
        key = converted(key, NUMBER, Budget())
    elif not isinstance(key, Unknown):
        refuse(f"a {kind_name(key)} is no index", key.span)
    if not isinstance(key, Known):
        return None
    return key.value if isinstance(key.value, int | Decimal) else None


def _of_unknown(value: Unknown, suffix: str | None, span: Span, key: Value | None = None) -> Value:
    if value.literals:
        refuse("a string has no attributes or items", span)
    identity = None if value.identity is None or suffix is None else value.identity + suffix
    return unknown(value.reason, span, (value,) if key is None else (value, key), identity=identity)


def _suffix(key: Value) -> str | None:
    if not isinstance(key, Known) or isinstance(key.value, Decimal):
        return None
    return f"[{_text(key.value)}]"


def _text(key: str | bool | int) -> str:
    return json.dumps(key)


def _plain(key: str) -> bool:
    return key.replace("-", "_").isidentifier()


def _reason(key: Value) -> str:
    return key.reason if isinstance(key, Unknown) else "the index is not known"
