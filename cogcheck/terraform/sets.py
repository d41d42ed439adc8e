"""Sets: no value twice, in the order in which Terraform walks over them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.terraform import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cogcheck.model import Value
    from cogcheck.terraform.budget import Budget

_Key = tuple[int, "str | int | Decimal | bytes"]


def ordered(items: Iterable[Value], budget: Budget) -> tuple[Value, ...]:
    """The items of a set in Terraform's order; unknown ones, which may equal any other, come last.

    Strings go by code points, numbers by size, everything else by the text that Terraform hashes it by.
    """
    told: dict[_Key, Value] = {}
    hidden: list[Value] = []
    for item in items:
        budget.step(item.span)
        key = _key(item, budget)
        if key is None:
            if not any(_same_unknown(item, other) for other in hidden):
                hidden.append(item)
        else:
            told.setdefault(key, item)
    return (*(told[key] for key in sorted(told)), *hidden)


def _same_unknown(item: Value, other: Value) -> bool:
    return (
        isinstance(item, Unknown)
        and isinstance(other, Unknown)
        and item.identity is not None
        and item.identity == other.identity
    )


def _key(item: Value, budget: Budget) -> _Key | None:
    if isinstance(item, Known):
        scalar = item.value
        return 0, (str(scalar) if isinstance(scalar, bool) else scalar)
    if isinstance(item, Null):
        return 1, ""
    parts: list[str] = []
    return (0, "".join(parts).encode()) if _hash(item, parts, budget) else None


def _hash(item: Value, parts: list[str], budget: Budget) -> bool:
    """Adds the text that Terraform's set hash is made of; False where something in it is unknown."""
    budget.step(item.span)
    if isinstance(item, Unknown):
        return False
    if isinstance(item, Null):
        parts.append("~")
    elif isinstance(item, Known):
        parts.append(_scalar(item.value))
    elif item.open:
        return False
    elif isinstance(item, ListValue):
        return _hash_list(item, parts, budget)
    else:
        return _hash_object(item, parts, budget)
    return True


def _hash_list(item: ListValue, parts: list[str], budget: Budget) -> bool:
    parts.append("<" if item.kind == "tuple" else "[")
    for part in item.items:
        if not _hash(part, parts, budget):
            return False
        parts.append(";")
    parts.append(">" if item.kind == "tuple" else "]")
    return True


def _hash_object(item: ObjectValue, parts: list[str], budget: Budget) -> bool:
    is_map = item.kind == "map"
    parts.append("{" if is_map else "<")
    for key in sorted(item.entries):
        if is_map:
            parts.append(f"{_quoted(key)}:")
        if not _hash(item.entries[key], parts, budget):
            return False
        parts.append(";")
    parts.append("}" if is_map else ">")
    return True


def _scalar(scalar: str | bool | int | Decimal) -> str:
    if isinstance(scalar, bool):
        return "T" if scalar else "F"
    return _quoted(scalar) if isinstance(scalar, str) else numbers.short_text(scalar)


def _quoted(text: str) -> str:
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'
