"""Subjects and paths: which arguments and blocks a dotted path means, seen from one block of one resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, lru_cache

from cogcheck.answer import Answer, Place, Truth
from cogcheck.catalogue.shapes import BlockShape
from cogcheck.model import Block, Known, ListValue, Null, ObjectValue, Resource, Span, Surroundings, Unknown, Value
from cogcheck.record import dataclass

FROM_RESOURCE = "^"
"""Begins a path that is seen from the resource, not from the block at hand."""

REGION = "@region"
"""The path of the Region that the resource is created in: its own argument, or what its provider says."""


@dataclass(frozen=True, slots=True)
class Node:
    """A block in its place: its path with indexes, its key with natural keys, its shape where one is known."""

    block: Block
    shape: BlockShape | None
    path: str = ""
    key: str = ""

    def children(self, type_: str) -> list[Node]:
        """The nested blocks of a type."""
        blocks = self.block.of_type(type_)
        shape = self.shape.blocks.get(type_) if self.shape else None
        single = shape.single if shape else len(blocks) == 1
        if single and len(blocks) == 1:
            return [Node(blocks[0], shape, join(self.path, type_), join(self.key, type_))]
        return [
            Node(
                block,
                shape,
                join(self.path, f"{type_}[{index}]"),
                join(self.key, f"{type_}[{_natural_key(block, shape, index)}]"),
            )
            for index, block in enumerate(blocks)
        ]

    def missing(self, name: str) -> Place:
        """The place of an argument or block that this one lacks: its header; `value` is the null that was written."""
        argument = self.block.arguments.get(name)
        value = argument.value if argument is not None and isinstance(argument.value, Null) else None
        return Place(join(self.path, name), join(self.key, name), self.block.header, value, absent=True)


def _natural_key(block: Block, shape: BlockShape | None, index: int) -> str:
    argument = block.arguments.get(shape.key) if shape and shape.key else None
    if argument is not None and isinstance(argument.value, Known):
        return f"{argument.name}={argument.value.value}"
    return str(index)


def join(path: str, name: str) -> str:
    """A path and a name below it."""
    return f"{path}.{name}" if path else name


@dataclass(frozen=True)
class Subject:
    """What a rule looks at: one block of a resource."""

    resource: Resource
    root: Node
    node: Node

    @property
    def surroundings(self) -> Surroundings:
        """What stands around the resource."""
        return self.resource.surroundings

    @cached_property
    def _selections(self) -> dict[str, Selection]:
        return {}

    def select(self, path: str) -> Selection:
        """What a path means here."""
        found = self._selections.get(path)
        if found is None and path == REGION:
            found = self._selections[path] = _region(self.root, self.surroundings)
        if found is None:
            start, names = (self.root if path.startswith(FROM_RESOURCE) else self.node), _names(path)
            found = _argument(start, names[0]) if len(names) == 1 else None
            found = self._selections[path] = found or _select(start, names)
        return found

    def default(self, path: str) -> Value | None:
        """The value that the provider takes where the argument at the path is not set."""
        shape = (self.root if path.startswith(FROM_RESOURCE) else self.node).shape
        *types, name = _names(path)
        for type_ in types:
            shape = shape.blocks.get(type_) if shape else None
        argument = shape.arguments.get(name) if shape else None
        if argument is None or argument.default is None:
            return None
        return Known(argument.default, self.node.block.header)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a path found: `places` are set, `missing` are the blocks that lack it; `reasons` why there may be more."""

    places: tuple[Place, ...] = ()
    missing: tuple[Place, ...] = ()
    reasons: tuple[str, ...] = ()

    def presence(self) -> Answer:
        """Whether something is set there: null is not, an unknown value may not be."""
        unsure = [reason for place in self.places if (reason := _doubt(place)) is not None]
        if len(unsure) < len(self.places):
            return Answer(Truth.YES, tuple(place for place in self.places if _doubt(place) is None))
        if unsure or self.reasons:
            return Answer(Truth.CANNOT_TELL, self.places, (*unsure, *self.reasons))
        return Answer(Truth.NO, self.missing)


@lru_cache(maxsize=4096)
def _names(path: str) -> tuple[str, ...]:
    return tuple(path.removeprefix(FROM_RESOURCE).split("."))


def _argument(node: Node, name: str) -> Selection | None:
    """The common case: an argument of the block itself, or nothing of that name at all."""
    block = node.block
    argument = block.arguments.get(name)
    if argument is not None and not isinstance(argument.value, Null) and name not in block.open:
        return Selection((Place(join(node.path, name), join(node.key, name), argument.span, argument.value),))
    if argument is None and name not in block.open and not any(nested.type == name for nested in block.blocks):
        return Selection(missing=(node.missing(name),))
    return None


def _region(root: Node, surroundings: Surroundings) -> Selection:
    """The resource's own Region (providers since 6.0.0 have such an argument), else its provider's."""
    own = _members(root, "region", None)
    if own:
        return Selection(tuple(own))
    region = surroundings.region
    if region is None:
        return Selection(reasons=("the provider's region is not known",))
    return Selection((Place("the provider's region", REGION, region.span, region),))


def _doubt(place: Place) -> str | None:
    if place.maybe is not None:
        return place.maybe
    value = place.value
    if isinstance(value, Unknown) and not value.not_null and not value.literals:
        return value.reason
    return None


def _select(start: Node, names: tuple[str, ...]) -> Selection:
    nodes: list[tuple[Node, str | None]] = [(start, None)]
    places: list[Place] = []
    missing: list[Place] = []
    reasons: list[str] = []
    for depth, name in enumerate(names[:-1]):
        below: list[tuple[Node, str | None]] = []
        for node, maybe in nodes:
            children = node.children(name)
            reasons.extend(_openness(node, name))
            below.extend((child, maybe or child.block.maybe) for child in children)
            if not children and name in node.block.arguments:
                inner = _inside(node, names[depth:], maybe)
                places.extend(inner.places)
                missing.extend(inner.missing)
                reasons.extend(inner.reasons)
            elif not children:
                missing.append(node.missing(".".join(names[depth:])))
        nodes = below
    for node, maybe in nodes:
        reasons.extend(_openness(node, names[-1]))
        found = _members(node, names[-1], maybe)
        places.extend(found)
        if not found:
            missing.append(node.missing(names[-1]))
    return Selection(tuple(places), tuple(missing), tuple(reasons))


def _openness(node: Node, type_: str) -> tuple[str, ...]:
    reason = node.block.open.get(type_)
    return () if reason is None else (reason,)


def _members(node: Node, name: str, maybe: str | None) -> list[Place]:
    argument = node.block.arguments.get(name)
    if argument is not None and not isinstance(argument.value, Null):
        return [Place(join(node.path, name), join(node.key, name), argument.span, argument.value, maybe=maybe)]
    return [
        Place(child.path, child.key, child.block.header, maybe=maybe or child.block.maybe)
        for child in node.children(name)
    ]


def _inside(node: Node, names: tuple[str, ...], maybe: str | None) -> Selection:
    """Follow a path into the value of an argument (of a resource type whose shape is not known)."""
    argument = node.block.arguments[names[0]]
    value: Value = argument.value
    path, key = join(node.path, names[0]), join(node.key, names[0])
    for name in names[1:]:
        if isinstance(value, ListValue) and len(value.items) == 1 and not value.open:
            value = value.items[0]
        if not isinstance(value, ObjectValue):
            return Selection(missing=(node.missing(".".join(names)),), reasons=_hidden(value))
        path, key = join(path, name), join(key, name)
        if name not in value.entries:
            reasons = ("the object may have further keys",) if value.open else ()
            return Selection(missing=(Place(path, key, argument.span, absent=True),), reasons=reasons)
        value = value.entries[name]
    if isinstance(value, Null):
        return Selection(missing=(Place(path, key, argument.span, absent=True),))
    return Selection((Place(path, key, argument.span, value, maybe=maybe),))


def _hidden(value: Value) -> tuple[str, ...]:
    """Why there may be something in a value that is no object."""
    if isinstance(value, ListValue) and (value.items or value.open):
        return ("the items of a list are not looked into",)
    return (value.reason,) if isinstance(value, Unknown) else ()


def items(place: Place) -> tuple[list[Place], tuple[str, ...]]:
    """The items of a list at a place, each with its own place, and the reasons why there may be more."""
    value = place.value
    if isinstance(value, ListValue):
        reasons = ("the list may have further items",) if value.open else ()
        return [_item(place, index, item) for index, item in enumerate(value.items)], reasons
    if isinstance(value, Unknown):
        return [], (value.reason,)
    return ([place], ()) if value is not None else ([], ("it is written as a block",))


def _item(place: Place, index: int, item: Value) -> Place:
    if place.value is not None and place.value.sensitive and not item.sensitive:
        item = replace(item, sensitive=True)
    key = item.value if isinstance(item, Known) else index
    return Place(f"{place.path}[{index}]", f"{place.key}[{key}]", _shown_at(item.span, place), item, maybe=place.maybe)


def entries(place: Place, value: ObjectValue) -> Iterator[tuple[Place, Place]]:
    """The key and the value of each entry of a map at a place, each with its own place."""
    for index, (key, entry) in enumerate(value.entries.items()):
        written = value.keys.get(key, place.span)
        # Paths are printed, so that what is sensitive goes by its number.
        shown = index if value.sensitive else f'"{key}"'
        path, natural = f"{place.path}[{shown}]", f"{place.key}[{shown}]"
        if value.sensitive and not entry.sensitive:
            entry = replace(entry, sensitive=True)
        name = Known(key, written, value.trail, value.sensitive)
        yield (
            Place(path, natural, _shown_at(written, place), name, maybe=place.maybe),
            Place(path, natural, _shown_at(entry.span, place), entry, maybe=place.maybe),
        )


def _shown_at(span: Span, place: Place) -> Span:
    """An item that was written elsewhere (a variable's default) is shown where the argument stands."""
    return span if place.span.holds(span) else place.span
