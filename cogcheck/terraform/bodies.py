"""Bodies of both syntaxes as one: what is a block in Terraform JSON, and what override files leave of a body."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from cogcheck.syntax.body import Body, Literal

if TYPE_CHECKING:
    from cogcheck.model import Span
    from cogcheck.syntax.body import Attribute, Expression, SyntaxBlock


def split(body: Body, types: Collection[str]) -> tuple[Mapping[str, Attribute], Sequence[SyntaxBlock]]:
    """A body's attributes and blocks. Only the types named count as blocks in Terraform JSON."""
    if not body.json:
        return body.attributes, body.blocks
    from cogcheck.syntax import tfjson  # most configurations hold no JSON

    return tfjson.blocks(body, types)


def merged(bodies: Sequence[Body], types: Collection[str]) -> Body:
    """A body with those of override files over it: attributes replace attributes, blocks all blocks of their type.

    A `dynamic` block counts as the type it makes.
    """
    if len(bodies) == 1:
        return bodies[0]
    attributes, first = split(bodies[0], types)
    attributes, blocks = dict(attributes), list(first)
    for body in bodies[1:]:
        over, others = split(body, types)
        attributes.update(over)
        replaced = {made(block) for block in others}
        blocks = [block for block in blocks if made(block) not in replaced] + list(others)
    return Body(attributes, blocks, bodies[0].span, meta=bodies[0].meta)


def made(block: SyntaxBlock) -> str:
    """The type of block that a block gives: its own, or the label of a `dynamic`."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def code(expression: Expression) -> Expression:
    """An expression that Terraform reads as code though it is quoted: types, references and providers in JSON."""
    if not isinstance(expression, Literal) or not isinstance(expression.value, str):
        return expression
    return parsed(expression.value, expression.span)


def parsed(text: str, span: Span) -> Expression:
    """A text as an expression; all of it stands at `span`."""
    from cogcheck.syntax import hcl

    return hcl.expression(text, span)[0]
