"""A resource's syntax in a scope -> its block of values: `dynamic` blocks are expanded, meta-arguments left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cogcheck.model import Argument, Block, Known, ListValue, ObjectValue, Span, Unknown, Value
from cogcheck.record import dataclass
from cogcheck.syntax.body import Attribute, Body, Expression, Literal, SyntaxBlock, TupleExpr
from cogcheck.terraform.addresses import dotted, reference
from cogcheck.terraform.bodies import code, split
from cogcheck.terraform.evaluate import Budget, evaluate
from cogcheck.terraform.scope import Inner, Scope
from cogcheck.terraform.travel import settled
from cogcheck.terraform.values import inside

if TYPE_CHECKING:
    from cogcheck.catalogue.shapes import BlockShape

META_ARGUMENTS = frozenset({"count", "for_each", "depends_on", "provider"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection"})
"""What Terraform itself takes from a resource. `timeouts` is not among them: the provider's schema decides on it."""

_DEEPEST = 50
_MOST_BLOCKS = 1_000
_MOST_IN_ALL = 2_000


def expand_block(
    body: Body,
    scope: Scope,
    budget: Budget,
    shape: BlockShape | None,
    header: Span,
    span: Span,
    type_: str,
) -> Block:
    """The values of a resource's body, without what is Terraform's own.

    `shape` tells which members of Terraform JSON are blocks.
    """
    place = _Place(scope, budget, shape, 0, _Room(header))
    return _block(body, place, type_, header, span, META_ARGUMENTS, META_BLOCKS)


def ignored_changes(bodies: Sequence[Body]) -> tuple[str, ...]:
    """The arguments named in `lifecycle { ignore_changes }` as dotted paths, `("all",)` for all.

    `bodies` are the resource's own and those of override files, of which the last that says anything counts.
    """
    for body in reversed(bodies):
        for block in split(body, ("lifecycle",))[1]:
            attribute = block.body.attributes.get("ignore_changes") if block.type == "lifecycle" else None
            if attribute is not None:
                expression = attribute.expression
                items = expression.items if isinstance(expression, TupleExpr) else (expression,)
                paths = (_changed(code(item)) for item in items)
                return tuple(path for path in paths if path is not None)
    return ()


def _changed(expression: Expression) -> str | None:
    """The path of an entry of `ignore_changes`: keys of maps are part of it, indexes of blocks are not."""
    steps = reference(expression)
    if steps is None:
        return None
    return ".".join(step[2:-2] if step.startswith('["') else step for step in steps if step.strip("[]*0123456789"))


class _Room:
    """How many more blocks there may be in a resource, which is at `header`."""

    __slots__ = ("header", "left")

    def __init__(self, header: Span) -> None:
        self.header = header
        self.left = _MOST_IN_ALL


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a body is expanded."""

    scope: Scope
    budget: Budget
    shape: BlockShape | None
    depth: int
    room: _Room

    def inside(self, type_: str, scope: Scope | None = None) -> _Place:
        """The same for a nested block, perhaps with an iterator in scope."""
        shape = self.shape.blocks.get(type_) if self.shape is not None else None
        return _Place(scope or self.scope, self.budget, shape, self.depth + 1, self.room)

    def full(self) -> str | None:
        """Why there is no room for one more block, None where there is; takes the room."""
        if self.room.left > 0:
            self.room.left -= 1
            return None
        reason = f"a resource has more than {_MOST_IN_ALL:,} blocks: the others were not looked at"
        self.budget.note("blocks", reason, self.room.header)
        return reason

    @property
    def types(self) -> Collection[str]:
        """The types of nested blocks."""
        return self.shape.blocks.keys() if self.shape is not None else ()


def _block(
    body: Body,
    place: _Place,
    type_: str,
    header: Span,
    span: Span,
    without_arguments: Collection[str] = (),
    without_blocks: Collection[str] = (),
) -> Block:
    attributes, written = split(body, {*place.types, *without_blocks, "dynamic"})
    arguments = {
        name: Argument(name, attribute.name_span, _value(attribute, place), attribute.value_span)
        for name, attribute in attributes.items()
        if name not in without_arguments
    }
    blocks: list[Block] = []
    open_: dict[str, str] = {}
    for block in written:
        if place.depth >= _DEEPEST:
            open_[block.type] = "its blocks are nested too deep"
        elif block.type == "dynamic" and block.labels:
            made, reason = _dynamic(block, place)
            blocks += made
            if reason is not None:
                open_[block.labels[0]] = reason
        elif block.type in without_blocks:
            continue
        elif (reason := place.full()) is not None:
            open_[block.type] = reason
        else:
            blocks.append(_block(block.body, place.inside(block.type), block.type, block.header, block.span))
    return Block(type_, header, span, arguments, tuple(blocks), open_)


def _value(attribute: Attribute, place: _Place) -> Value:
    expression = attribute.expression
    value = evaluate(expression, place.scope, place.budget)
    if isinstance(expression, Literal):
        return value
    # What came through an iterator has no better name than the expression that takes it.
    message = attribute.value_span.text if reference(expression) else "its value"
    return settled(value, attribute.value_span, message)


def _dynamic(block: SyntaxBlock, place: _Place) -> tuple[list[Block], str | None]:
    """The blocks that a `dynamic` block makes, and why there may be more."""
    type_ = block.labels[0]
    attributes, nested = split(block.body, ("content",))
    content = next((inner for inner in nested if inner.type == "content"), None)
    for_each = attributes.get("for_each")
    if content is None or for_each is None:
        return [], None
    iterator = type_
    if (named := attributes.get("iterator")) is not None:
        iterator = dotted(code(named.expression)) or type_
    collection = evaluate(for_each.expression, place.scope, place.budget)
    made: list[Block] = []
    reason = None
    for item in _items(collection, f"{iterator}@{for_each.value_span.start}"):
        if len(made) == _MOST_BLOCKS:
            reason = f"for_each makes more than {_MOST_BLOCKS:,} blocks: the others were not looked at"
            place.budget.note("dynamic", reason, block.header)
            return made, reason
        if (full := place.full()) is not None:
            return made, full
        names: dict[str, Value] = {iterator: item.iterator}
        inner = place.inside(type_, Inner(place.scope, names))
        new = _block(content.body, inner, type_, content.header, content.span)
        reason = item.maybe or reason
        made.append(replace(new, maybe=item.maybe, from_dynamic=True))
    return made, reason


@dataclass(frozen=True, slots=True)
class _Item:
    """One round of a `dynamic` block: what the iterator stands for; `maybe` says why there may be none or many."""

    iterator: ObjectValue
    maybe: str | None = None


def _items(collection: Value, identity: str) -> Iterator[_Item]:
    span = collection.span
    match collection:
        case ListValue(items=items, kind=kind):
            for index, item in enumerate(items):
                value = inside(item, collection)
                key = value if kind == "set" else Known(index, value.span, sensitive=value.sensitive)
                yield _Item(ObjectValue({"key": key, "value": value}, span))
        case ObjectValue(entries=entries):
            for name, item in entries.items():
                key = Known(name, item.span, sensitive=collection.sensitive)
                yield _Item(ObjectValue({"key": key, "value": inside(item, collection)}, span))
    reason = _openness(collection)
    if reason is not None:
        unknowns: dict[str, Value] = {
            name: Unknown(reason, span, identity=f"{identity}.{name}", not_null=name == "key")
            for name in ("key", "value")
        }
        yield _Item(ObjectValue(unknowns, span), reason)


def _openness(collection: Value) -> str | None:
    """Why there may be more items than are known, None where these are all."""
    match collection:
        case ListValue(open=False) | ObjectValue(open=False):
            return None
        case Unknown(reason=reason):
            return reason
        case ListValue() | ObjectValue():
            return "not all items of its for_each are known"
        case _:
            return "its for_each is no collection"
