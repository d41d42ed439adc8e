"""What evaluation does with values of every kind: refusals, marks, identities, equality."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NoReturn, TypeAlias

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown

if TYPE_CHECKING:
    from cogcheck.model import Scalar, Span, Trail, Value
    from cogcheck.terraform.budget import Budget

ListKind: TypeAlias = Literal["tuple", "list", "set"]
ObjectKind: TypeAlias = Literal["object", "map"]

_STEPS = 8
"""The longest trail that a computed value keeps."""
_IDENTITY = 500
"""The longest identity that a computed value gets, in characters."""


REFUSED = "Terraform refuses it, for a reason that speaks of something sensitive"
"""What is told of a refusal whose own reason might show a sensitive value."""


class RefusedError(Exception):
    """Terraform would refuse this expression. `try()` and `can()` catch it, as Terraform's do."""

    def __init__(self, reason: str, span: Span | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


def refuse(reason: str, span: Span | None = None) -> NoReturn:
    """Raises RefusedError."""
    raise RefusedError(reason, span)


def kind_name(value: Value) -> str:
    """What Terraform calls a value's kind: "string", "list", "object"."""
    match value:
        case Known(value=bool()):
            return "bool"
        case Known(value=str()):
            return "string"
        case Known():
            return "number"
        case ListValue() | ObjectValue():
            return value.kind
        case Null():
            return "null"
    return "unknown value"


def join_trails(values: Iterable[Value]) -> Trail:
    """The first steps of several values, each once, in order."""
    joined: Trail = ()
    for value in values:
        trail = value.trail
        if not trail or trail is joined:
            continue
        joined = (*joined, *(step for step in trail if step not in joined)) if joined else trail
        if len(joined) >= _STEPS:
            break
    return joined[:_STEPS]


def any_sensitive(values: Iterable[Value]) -> bool:
    """Whether one of the values is marked sensitive."""
    return any(value.sensitive for value in values)


def inside(value: Value, container: Value) -> Value:
    """Something taken out of a container, which is as sensitive as that."""
    return replace(value, sensitive=True) if container.sensitive and not value.sensitive else value


def marked(value: Value, sources: Sequence[Value]) -> Value:
    """A value that also carries the trails and sensitivity of what decided it."""
    trail = join_trails((value, *sources))
    sensitive = value.sensitive or any_sensitive(sources)
    if trail == value.trail and sensitive == value.sensitive:
        return value
    return replace(value, trail=trail, sensitive=sensitive)


def known(value: Scalar, span: Span, sources: Iterable[Value] = ()) -> Known:
    """A computed scalar."""
    sources = tuple(sources)
    return Known(value, span, join_trails(sources), any_sensitive(sources))


def unknown(
    reason: str,
    span: Span,
    sources: Iterable[Value] = (),
    *,
    literals: tuple[str, ...] = (),
    identity: str | None = None,
    not_null: bool = False,
) -> Unknown:
    """A computed value that cannot be told."""
    sources = tuple(sources)
    if identity is not None and len(identity) > _IDENTITY:
        identity = None
    return Unknown(reason, span, literals, identity, not_null, join_trails(sources), any_sensitive(sources))


def leaves(value: Value, budget: Budget) -> Iterator[Value]:
    """A value and everything in it, outermost first."""
    pending = [value]
    while pending:
        current = pending.pop()
        yield current
        if isinstance(current, ListValue):
            budget.step(current.span, len(current.items))
            pending.extend(reversed(current.items))
        elif isinstance(current, ObjectValue):
            budget.step(current.span, len(current.entries))
            pending.extend(reversed(list(current.entries.values())))


def length(value: Value) -> int:
    """The characters of a string, or of the pieces of it that are known; 0 for everything else."""
    if isinstance(value, Known):
        return len(value.value) if isinstance(value.value, str) else 0
    return sum(map(len, value.literals)) if isinstance(value, Unknown) else 0


def why_unknown(value: Value, budget: Budget) -> str | None:
    """The reason why a value, or something in it, cannot be told; None where all of it is known."""
    if isinstance(value, Known | Null):
        return None
    for current in leaves(value, budget):
        if isinstance(current, Unknown):
            return current.reason
        if isinstance(current, ListValue | ObjectValue) and current.open:
            return open_reason(current)
    return None


def in_order(value: ListValue | ObjectValue, budget: Budget) -> bool:
    """Whether the items stand at known places: an unknown one in a set may come before any of the others."""
    if value.open:
        return False
    if not isinstance(value, ListValue) or value.kind != "set" or len(value.items) < 2:
        return True
    return all(why_unknown(item, budget) is None for item in value.items)


def placed(value: ListValue, budget: Budget) -> tuple[Value, ...]:
    """The items whose order among themselves is known: all but the unknown ones of a set."""
    if value.kind != "set" or in_order(value, budget):
        return value.items
    return tuple(item for item in value.items if why_unknown(item, budget) is None)


def open_reason(value: ListValue | ObjectValue) -> str:
    """Why an open collection is not known as a whole."""
    what = "items" if isinstance(value, ListValue) else "keys"
    return f"the {value.kind} may have further {what}"


def deep_marks(values: Iterable[Value], budget: Budget) -> tuple[Value, ...]:
    """The values in `values`, at any depth, that carry a mark: for functions that make one result of all."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, Known | Null | Unknown):
            found.append(value)
        else:
            found.extend(leaf for leaf in leaves(value, budget) if leaf.trail or leaf.sensitive)
    return tuple(found)


def canonical(value: Value, depth: int = 3) -> str | None:
    """A text that is the same for equal values, of unknowns with an identity too; None where there is none."""
    match value:
        case Known(value=Decimal() as number):
            return str(number)
        case Known(value=scalar):
            return json.dumps(scalar)
        case Null():
            return "null"
        case Unknown(identity=identity):
            return identity
    if depth == 0 or value.open or _count(value) > 20:
        return None
    if isinstance(value, ListValue):
        parts = [canonical(item, depth - 1) for item in value.items]
        return None if None in parts else f"{value.kind}[{', '.join(filter(None, parts))}]"
    texts = []
    for key, item in value.entries.items():
        part = canonical(item, depth - 1)
        if part is None:
            return None
        texts.append(f"{json.dumps(key)} = {part}")
    return f"{value.kind}{{{', '.join(sorted(texts))}}}"


def _count(value: ListValue | ObjectValue) -> int:
    return len(value.items) if isinstance(value, ListValue) else len(value.entries)


def equal(left: Value, right: Value, budget: Budget) -> bool | None:
    """Whether two values are equal as `==` has it, which compares types too; None where it cannot be told."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _equal_unknown(left, right)
    if isinstance(left, Null) or isinstance(right, Null):
        return isinstance(left, Null) and isinstance(right, Null)
    if isinstance(left, Known) or isinstance(right, Known):
        return (
            isinstance(left, Known)
            and isinstance(right, Known)
            and kind_name(left) == kind_name(right)
            and left.value == right.value
        )
    if left.kind != right.kind:
        # What was made of something unknown may yet turn out to be of the other kind.
        return None if left.open or right.open else False
    if isinstance(left, ListValue) and isinstance(right, ListValue):
        if left.kind == "set":
            return _equal_sets(left, right, budget)
        return _equal_lists(left, right, budget)
    if isinstance(left, ObjectValue) and isinstance(right, ObjectValue):
        return _equal_objects(left, right, budget)
    return False


def _equal_unknown(left: Value, right: Value) -> bool | None:
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return True if left.identity is not None and left.identity == right.identity else None
    hidden, other = (left, right) if isinstance(left, Unknown) else (right, left)
    if not isinstance(hidden, Unknown):
        return None
    if isinstance(other, Null):
        return False if hidden.not_null or hidden.literals else None
    if not hidden.literals:
        return None
    if not isinstance(other, Known) or not isinstance(other.value, str):
        return False
    return None if contains_in_order(other.value, hidden.literals) else False


def contains_in_order(text: str, pieces: Sequence[str]) -> bool:
    """Whether all pieces stand in a text, one behind the other."""
    at = 0
    for piece in pieces:
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def _all(answers: Iterable[bool | None]) -> bool | None:
    result: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def _equal_lists(left: ListValue, right: ListValue, budget: Budget) -> bool | None:
    if left.open or right.open:
        short, long = (left, right) if left.open else (right, left)
        return False if not long.open and len(short.items) > len(long.items) else None
    if len(left.items) != len(right.items):
        return False
    if not left.items:
        # Two empty lists are equal only if their element types are, which nothing here tells.
        return True if left.kind == "tuple" else None
    budget.step(left.span, len(left.items))
    return _all(equal(one, other, budget) for one, other in zip(left.items, right.items, strict=True))


def _equal_sets(left: ListValue, right: ListValue, budget: Budget) -> bool | None:
    if left.open or right.open or not (left.items and right.items):
        return None if left.open or right.open or not (left.items or right.items) else False
    if any(why_unknown(item, budget) is not None for item in (*left.items, *right.items)):
        return None
    return False if len(left.items) != len(right.items) else _equal_lists(left, right, budget)


def _equal_objects(left: ObjectValue, right: ObjectValue, budget: Budget) -> bool | None:
    for one, other in ((left, right), (right, left)):
        if not other.open and any(key not in other.entries for key in one.entries):
            return False
    if not left.entries and not right.entries and left.kind == "map":
        return None
    budget.step(left.span, len(left.entries))
    shared = (equal(item, right.entries[key], budget) for key, item in left.entries.items() if key in right.entries)
    result = _all(shared)
    return None if result and (left.open or right.open) else result
