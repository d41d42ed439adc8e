"""Planned resources seen in their source: the plan's values at the places where the configuration writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cogcheck.catalogue.shapes import BlockShape
from cogcheck.model import (
    Argument,
    Block,
    Known,
    ListValue,
    ObjectValue,
    Resource,
    Resources,
    Span,
    Surroundings,
    Unknown,
    Value,
)
from cogcheck.terraform.addresses import STAR, without_keys


def locate(resource: Resource, source: Resources, shape: BlockShape | None) -> Resource:
    """A planned resource with the places of the same resource in its configuration.

    `source` are the resources read from the configuration. What stands there keeps the plan's value and gets its
    place; what does not is at the header of its block. The resource stays as it is where the source does not have it.
    """
    found = _counterpart(resource, source)
    if found is None:
        return resource
    return replace(
        resource,
        block=_block(resource.block, found.block, shape),
        surroundings=_Surroundings(resource.surroundings, found.surroundings),
        ignore_changes=found.ignore_changes,
        construct=found.construct,
    )


class _Surroundings(Surroundings):
    """The plan's resources; the provider's release from the source where only that knows it exactly."""

    def __init__(self, plan: Surroundings, source: Surroundings) -> None:
        self._plan = plan
        exact = source.versions.low is not None and source.versions.low == source.versions.high
        self.versions = source.versions if exact else plan.versions
        self.region = plan.region or source.region

    @property
    def complete(self) -> bool:
        """As in the plan."""
        return self._plan.complete

    def resources(self, type_: str) -> Resources:
        """As in the plan."""
        return self._plan.resources(type_)


def _counterpart(resource: Resource, source: Resources) -> Resource | None:
    """The resource of the same address, or the one that stands for all instances."""
    same = source.having((resource.identity,), _bare_address)
    exact = [each for each in same if each.address == resource.address]
    if exact:
        return exact[0]
    return next((each for each in same if STAR in each.address), None)


def _bare_address(resource: Resource, _: str) -> tuple[str]:
    return (without_keys(resource.address),)


def _block(planned: Block, source: Block, shape: BlockShape | None) -> Block:
    arguments = {
        name: _argument(argument, source.arguments.get(name), source) for name, argument in planned.arguments.items()
    }
    open_ = dict(planned.open)
    blocks = list(_blocks(planned, source, shape))
    for type_ in planned.open:
        # The source tells what the plan cannot: whether a block is written, perhaps by a `dynamic`, or not at all.
        blocks += source.of_type(type_)
        if type_ not in source.open:
            del open_[type_]
    return replace(
        planned, header=source.header, span=source.span, arguments=arguments, blocks=tuple(blocks), open=open_
    )


def _blocks(planned: Block, source: Block, shape: BlockShape | None) -> list[Block]:
    """The nested blocks in the order of the source, each with its counterpart there."""
    placed: list[tuple[int, Block]] = []
    for type_ in dict.fromkeys(block.type for block in planned.blocks):
        nested = shape.blocks.get(type_) if shape is not None else None
        key = nested.key if nested is not None else None
        free = source.of_type(type_)
        for block in planned.of_type(type_):
            match = _match(block, free, key)
            if match is None:
                placed.append((source.header.end, _moved(block, source)))
            else:
                if match.maybe is None:
                    free.remove(match)
                placed.append((match.span.start, _block(block, match, nested)))
    return [block for _, block in sorted(placed, key=lambda each: each[0])]


def _match(block: Block, candidates: Sequence[Block], key: str | None) -> Block | None:
    """The source block that a planned one was made from: of the same natural key, or the only one, or the next."""
    if key is not None:
        value = _plain(block.arguments.get(key))
        for candidate in candidates:
            if value is not None and _plain(candidate.arguments.get(key)) == value:
                return candidate
        candidates = [each for each in candidates if _plain(each.arguments.get(key)) is None]
    return candidates[0] if candidates else None


def _plain(argument: Argument | None) -> str | None:
    return _text(argument.value) if argument is not None else None


def _moved(block: Block, source: Block) -> Block:
    """A block that the source does not show: all of it is at the header of the block around it."""
    arguments = {name: _argument(argument, None, source) for name, argument in block.arguments.items()}
    blocks = tuple(_moved(inner, source) for inner in block.blocks)
    return replace(block, header=source.header, span=source.span, arguments=arguments, blocks=blocks)


def _argument(planned: Argument, written: Argument | None, around: Block) -> Argument:
    if written is None:
        return Argument(planned.name, around.header, _at(planned.value, around.header), around.header)
    value = _value(planned.value, written.value, written.span)
    return Argument(planned.name, written.name_span, value, written.span)


def _value(planned: Value, written: Value, place: Span) -> Value:
    """The plan's value where the source has it. The way of a value is only shown where both have the same."""
    if isinstance(planned, Unknown) and isinstance(written, Unknown):
        return replace(written, sensitive=planned.sensitive or written.sensitive)
    if isinstance(planned, Known) and isinstance(written, Known) and _text(planned) == _text(written):
        return replace(planned, span=written.span, trail=written.trail)
    if isinstance(planned, ListValue) and isinstance(written, ListValue):
        own = {_text(item): item for item in written.items if isinstance(item, Known)}
        items = (_item(item, own.get(_text(item)), written.span) for item in planned.items)
        return replace(planned, items=tuple(items), span=written.span, trail=written.trail)
    if isinstance(planned, ObjectValue) and isinstance(written, ObjectValue):
        entries = {key: _item(value, written.entries.get(key), written.span) for key, value in planned.entries.items()}
        return replace(planned, entries=entries, span=written.span, keys=written.keys, trail=written.trail)
    return _at(planned, place)


def _item(planned: Value, written: Value | None, around: Span) -> Value:
    return _value(planned, written, written.span) if written is not None else _at(planned, around)


def _at(value: Value, span: Span) -> Value:
    """A value with all that is in it at one place."""
    if isinstance(value, ListValue):
        return replace(value, items=tuple(_at(item, span) for item in value.items), span=span)
    if isinstance(value, ObjectValue):
        return replace(value, entries={key: _at(item, span) for key, item in value.entries.items()}, span=span, keys={})
    return replace(value, span=span)


def _text(value: Value) -> str | None:
    """A known value as the text that Terraform converts it to."""
    if not isinstance(value, Known):
        return None
    return str(value.value).lower() if isinstance(value.value, bool) else str(value.value)
