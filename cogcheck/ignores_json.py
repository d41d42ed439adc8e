"""Ignores in Terraform JSON: `"//": {"cogcheck": {"ignore": ["RULE"], "reason": "..."}}` in a resource or block.

CDKTF puts it there with `add_override("//.cogcheck.ignore", ["RULE"])`. At the top of a file it holds for the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cogcheck.catalogue.shapes import BlockShape, ResourceShape
from cogcheck.ignores import MOST_TARGETS, Ignore, Target
from cogcheck.model import Span
from cogcheck.syntax.body import Body, Expression, Literal, ObjectExpr, ParsedFile, SyntaxBlock, TupleExpr

FORM = 'Write "//": {"cogcheck": {"ignore": ["RULE"], "reason": "..."}}.'

_NOTHING = BlockShape("")
_KEY = "cogcheck"


def in_json(file: ParsedFile, shapes: Mapping[str, ResourceShape]) -> Iterator[Ignore]:
    """The ignores in a file of Terraform JSON. Only blocks are looked into: in a map, `"//"` is a key like others."""
    if f'"{_KEY}"' not in file.document.text:
        return
    if file.body.meta is not None:
        yield from _ignores(file.body.meta, None)
    pending = [(block, _shape(block, shapes)) for block in reversed(file.body.blocks)]
    while pending:
        block, shape = pending.pop()
        if block.body.meta is not None:
            yield from _ignores(block.body.meta, block)
        pending.extend(reversed(list(_children(block.body, shape))))


def _shape(block: SyntaxBlock, shapes: Mapping[str, ResourceShape]) -> BlockShape:
    known = shapes.get(block.labels[0]) if block.type == "resource" and block.labels else None
    return known.root if known is not None else _NOTHING


def _children(body: Body, shape: BlockShape) -> Iterator[tuple[SyntaxBlock, BlockShape]]:
    from cogcheck.syntax import tfjson

    for block in tfjson.blocks(body, shape.blocks)[1] if body.json else ():
        if block.type != "dynamic":
            yield block, shape.blocks.get(block.type, _NOTHING)
            continue
        yield block, _NOTHING
        inner = shape.blocks.get(block.labels[0] if block.labels else "", _NOTHING)
        for content in tfjson.blocks(block.body, ("content",))[1]:
            if content.type == "content":
                yield content, inner


def _ignores(meta: Expression, block: SyntaxBlock | None) -> Iterator[Ignore]:
    said = _member(meta, _KEY)
    if said is None:
        return
    listed = _member(said, "ignore")
    if listed is None:
        yield Ignore(said.span, (), "", fault='this "cogcheck" has no "ignore"')
        return
    reason = _text(_member(said, "reason")) or ""
    items = listed.items[: MOST_TARGETS + 1] if isinstance(listed, TupleExpr) else (listed,)
    targets = tuple(Target(name, item.span) for item in items if (name := _text(item)) is not None)
    fault = None if targets and len(targets) == len(items) else '"ignore" is a list of rules'
    if len(items) > MOST_TARGETS:
        fault = f'"ignore" names more than {MOST_TARGETS} rules; write "all"'
    areas = ((block.span.start, block.span.end), (block.header.start, block.header.end)) if block is not None else ()
    yield Ignore(_place(said, listed), targets, reason, None, areas, whole_file=block is None, fault=fault)


def _place(said: Expression, listed: Expression) -> Span:
    return listed.span if listed.span.start >= said.span.start else said.span


def _member(value: Expression, name: str) -> Expression | None:
    if not isinstance(value, ObjectExpr):
        return None
    return next((item for key, item in value.items if isinstance(key, Literal) and key.value == name), None)


def _text(value: Expression | None) -> str | None:
    return value.value.strip() if isinstance(value, Literal) and isinstance(value.value, str) else None
