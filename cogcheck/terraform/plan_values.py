"""The values of a planned resource as blocks: what was written, without what the provider added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from cogcheck.catalogue.shapes import BlockShape
from cogcheck.model import (
    Argument,
    Block,
    Document,
    Known,
    ListValue,
    Null,
    ObjectValue,
    Scalar,
    Span,
    Unknown,
    Value,
)
from cogcheck.record import dataclass
from cogcheck.syntax.json_tree import Array, Leaf, Node, Object
from cogcheck.terraform import numbers
from cogcheck.terraform.addresses import join, without_keys
from cogcheck.terraform.plan_configuration import Expressions, mapping, sequence

LATER = "it is known only after apply"
MOST_BLOCKS = 2_000
"""So many blocks of one type in one block are looked at."""
CARRIED = "the state has it, and the plan does not tell whether the configuration still does"


@dataclass(frozen=True, slots=True)
class Parts:
    """One value of a plan and, of the same form, which of it is unknown, which is sensitive, and what it was before.

    `before` is plain data; the others are JSON trees.
    """

    value: Node | None
    unknown: Node | None = None
    sensitive: Node | None = None
    before: object = None

    @property
    def is_unknown(self) -> bool:
        """Whether all of it is unknown."""
        return isinstance(self.unknown, Leaf) and self.unknown.value is True

    @property
    def is_sensitive(self) -> bool:
        """Whether all of it is sensitive."""
        return isinstance(self.sensitive, Leaf) and self.sensitive.value is True

    def item(self, index: int, before: object = None) -> Parts:
        """The same for an item of a list."""
        value, unknown, sensitive = (_item(node, index) for node in (self.value, self.unknown, self.sensitive))
        if self.is_sensitive:
            sensitive = self.sensitive
        return Parts(value, unknown, sensitive, before)

    def member(self, name: str) -> Parts:
        """The same for a member of an object."""
        value, unknown, sensitive = (_member(node, name) for node in (self.value, self.unknown, self.sensitive))
        if self.is_sensitive:
            sensitive = self.sensitive
        return Parts(value, unknown, sensitive, mapping(self.before).get(name))

    def names(self) -> dict[str, tuple[int, int]]:
        """The names of an object's members, known or not, with start and end of the key."""
        found: dict[str, tuple[int, int]] = {}
        for node in (self.value, self.unknown):
            if isinstance(node, Object):
                for member in node.members:
                    found.setdefault(member.key, (member.start, member.end))
        return found


def _item(node: Node | None, index: int) -> Node | None:
    return node.items[index] if isinstance(node, Array) and index < len(node.items) else None


def _member(node: Node | None, name: str) -> Node | None:
    return node.get(name) if isinstance(node, Object) else None


def plain(node: Node | None) -> object:
    """A tree as plain data."""
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Array):
        return [plain(item) for item in node.items]
    return {member.key: plain(member.value) for member in node.members} if node is not None else None


@dataclass(frozen=True, slots=True)
class BlockReader:
    """Makes the blocks of one planned resource.

    `module` is the address of its module, `hides_references` whether omitted blocks may be unknown ones instead.
    `left_out` is told why something was not looked at, and where.
    """

    document: Document
    module: str
    hides_references: bool
    left_out: Callable[[str, Span], None] | None = None

    def block(
        self, type_: str, header: Span, span: Span, parts: Parts, shape: BlockShape | None, written: Expressions | None
    ) -> Block:
        """A body's values. `written` are the expressions of its configuration, None where these are not known."""
        arguments: dict[str, Argument] = {}
        blocks: list[Block] = []
        open_: dict[str, str] = {}
        for name, (start, end) in parts.names().items():
            key, inner = Span(self.document, start, end), parts.member(name)
            nested = shape.blocks.get(name) if shape is not None else None
            if nested is not None and (inner.is_unknown or isinstance(inner.value, Array | Object)):
                made, reason = self._nested(key, name, inner, nested, written)
                blocks += made
                if reason is not None:
                    open_[name] = reason
            elif nested is None or not _is_null(inner.value):
                argument = self._argument(key, name, inner, shape, written)
                if argument is not None:
                    arguments[name] = argument
        return Block(type_, header, span, arguments, tuple(blocks), open_)

    def _argument(
        self, key: Span, name: str, parts: Parts, shape: BlockShape | None, written: Expressions | None
    ) -> Argument | None:
        """An argument that was written; None for those that the provider set or will set."""
        expression = mapping(written.get(name)) if written is not None else {}
        if written is not None and (name not in written or expression.get("constant_value", "") is None):
            return None
        if written is None and shape is not None and _is_providers_own(name, parts, shape):
            return None
        value = self.value(parts, name, shape)
        if isinstance(value, Unknown):
            value = replace(value, identity=self._identity(name, expression))
        if isinstance(value, Null):
            return None
        return Argument(name, key, value, value.span)

    def _nested(
        self, key: Span, name: str, parts: Parts, shape: BlockShape, written: Expressions | None
    ) -> tuple[list[Block], str | None]:
        """The blocks of one type, and why there may be more of them."""
        listed = None if written is None else written.get(name)
        if parts.is_unknown:
            omitted = written is not None and listed is None and shape.computed and not self.hides_references
            return [], None if omitted else LATER
        items = parts.value.items if isinstance(parts.value, Array) else (parts.value,)
        if written is not None and not listed and shape.computed and items and plain(parts.value) == parts.before:
            return [], CARRIED
        configured: list[Mapping[str, object]] = []
        if written is not None:
            configured = [mapping(each) for each in (sequence(listed) or ([listed] if listed else []))]
        before = sequence(parts.before)
        expressions_of = _configured(len(items), configured, shape.key)
        blocks: list[Block] = []
        for index, item in enumerate(items):
            if index == MOST_BLOCKS:
                reason = f"more than {MOST_BLOCKS:,} blocks {name}: the others are not looked at"
                if self.left_out is not None:
                    self.left_out(reason, key)
                return blocks, reason
            if not isinstance(item, Object):
                continue
            own = before[0] if len(items) == len(before) == 1 else None
            inner = parts.item(index, own) if isinstance(parts.value, Array) else parts
            expressions = expressions_of(item, index)
            span = Span(self.document, item.start, item.end)
            header = key if len(items) == 1 else Span(self.document, item.start, item.start + 1)
            block = self.block(name, header, span, inner, shape, expressions)
            blocks.append(replace(block, from_dynamic=written is not None and not listed))
        return blocks, None

    def value(self, parts: Parts, name: str = "", shape: BlockShape | None = None) -> Value:
        """One value. Strings are what they say: a plan holds no templates."""
        node = parts.value
        if parts.is_unknown:
            at = node if node is not None else parts.unknown
            start, end = (at.start, at.end) if at is not None else (0, 0)
            return Unknown(LATER, Span(self.document, start, end), sensitive=parts.is_sensitive)
        if node is None:
            return Null(Span(self.document, 0, 0))
        span, sensitive = Span(self.document, node.start, node.end), parts.is_sensitive
        if isinstance(node, Leaf):
            return _leaf(node.value, span, sensitive=sensitive)
        if isinstance(node, Array):
            items = tuple(self.value(parts.item(index)) for index in range(len(node.items)))
            return ListValue(items, span, _list_kind(name, shape), sensitive=sensitive)
        entries = {key: self.value(parts.member(key)) for key in parts.names()}
        keys = {key: Span(self.document, start, end) for key, (start, end) in parts.names().items()}
        return ObjectValue(entries, span, keys=keys, sensitive=sensitive)

    def _identity(self, name: str, expression: Mapping[str, object]) -> str | None:
        """The resource attribute that an unknown argument is, as far as the list of its references tells.

        A template's references look the same, so only the ARN of one resource in an argument for an ARN is taken.
        """
        references = [each for each in sequence(expression.get("references")) if isinstance(each, str)]
        full = [each for each in references if not any(other.startswith(f"{each}.") for other in references)]
        if len(full) != 1 or not full[0].endswith(".arn") or not name.endswith("_arn"):
            return None
        return without_keys(join(self.module, full[0]))


def _configured(
    count: int, configured: Sequence[Mapping[str, object]], key: str | None
) -> Callable[[Object, int], Mapping[str, object] | None]:
    """Tells the expressions of the block that one of so many items was made from; None where that cannot be told."""
    same = bool(configured) and all(each.keys() == configured[0].keys() for each in configured)
    shared = configured[0] if same and len(configured) >= count else None
    own: dict[object, list[Mapping[str, object]]] = {}
    for each in configured:
        value = mapping(each.get(key or "")).get("constant_value")
        if isinstance(value, str | int | Decimal):
            own.setdefault((isinstance(value, bool), value), []).append(each)

    def expressions(item: Object, index: int) -> Mapping[str, object] | None:
        if len(configured) == count == 1:
            return configured[0]
        if key is None:
            return configured[index] if len(configured) == count else None
        found = item.get(key)
        value = found.value if isinstance(found, Leaf) else None
        named = own.get((isinstance(value, bool), value), ())
        return named[0] if len(named) == 1 else shared

    return expressions


def _leaf(value: Scalar | None, span: Span, *, sensitive: bool) -> Value:
    if value is None:
        return Null(span, (), sensitive)
    if isinstance(value, str | bool):
        return Known(value, span, (), sensitive)
    try:
        return Known(numbers.normal(value), span, (), sensitive)
    except numbers.TooLargeError:
        return Unknown("the number is too large to work with", span, sensitive=sensitive, not_null=True)


def _is_null(node: Node | None) -> bool:
    return isinstance(node, Leaf) and node.value is None


def _is_providers_own(name: str, parts: Parts, shape: BlockShape) -> bool:
    argument = shape.arguments.get(name)
    if argument is None or "read_only" in argument.facts:
        return True
    return argument.default is not None and isinstance(parts.value, Leaf) and parts.value.value == argument.default


def _list_kind(name: str, shape: BlockShape | None) -> Literal["tuple", "list", "set"]:
    argument = shape.arguments.get(name) if shape is not None else None
    return "set" if argument is not None and argument.type == "set(string)" else "list"
