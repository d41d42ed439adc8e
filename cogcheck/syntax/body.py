"""Syntax, whichever language it was written in: bodies, attributes, blocks, comments and expressions.

Both HCL readers and the Terraform JSON reader produce these. Nothing here knows values, modules or rules.
Attributes and blocks build their expression or body when it is first asked for, since most are never asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal as OneOf
from typing import TypeAlias

from cogcheck.model import Document, Problem, Scalar, Span
from cogcheck.record import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, boolean, null, or a string without interpolation, escapes resolved."""

    value: Scalar | None
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """The root of a reference: `var`, `local`, `each`, a resource type, an iterator."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class GetAttr:
    """`source.name`; also the legacy index `source.0`, whose name is then digits."""

    source: Expression
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`source[key]`."""

    source: Expression
    key: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Splat:
    """`source[*].a.b` (full) or `source.*.a` (attribute-only).

    `each` is the expression made of everything the splat applies to each item, in which `Name("*")` is the item.
    """

    source: Expression
    each: Expression
    full: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Template:
    """A quoted or heredoc template with at least one part that is no literal.

    Whitespace control (`~`) and heredoc indentation are already applied to the literal parts.
    """

    parts: tuple[Expression | TemplateIf | TemplateFor, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TemplateWrap:
    """`"${x}"`: a template that is one interpolation only, whose value keeps its type."""

    inner: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class TemplateIf:
    """`%{ if c }...%{ else }...%{ endif }` within a template."""

    condition: Expression
    then: Expression
    otherwise: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class TemplateFor:
    """`%{ for k, v in c }...%{ endfor }` within a template."""

    key: str | None
    value: str
    collection: Expression
    content: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class TupleExpr:
    """`[a, b]`."""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ObjectExpr:
    """`{ a = 1, (k) = 2 }`; a bare identifier key is a `Literal` string, a key in parentheses a `Parens`."""

    items: tuple[tuple[Expression, Expression], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`name(args...)`; `expand` where the last argument ends in `...`. Names of provider functions keep their `::`."""

    name: str
    args: tuple[Expression, ...]
    expand: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x` or `!x`."""

    operator: OneOf["-", "!"]
    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    operator: OneOf["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"]
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class ForExpr:
    """`[for k, v in c : value if cond]`, or with `result_key` `{for ... : key => value...}`."""

    key: str | None
    value: str
    collection: Expression
    result_key: Expression | None
    result: Expression
    condition: Expression | None
    grouping: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Parens:
    """`(inner)`."""

    inner: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Broken:
    """An expression that could not be read; the problem is in the file's problems."""

    span: Span


Expression: TypeAlias = (
    Literal
    | Name
    | GetAttr
    | Index
    | Splat
    | Template
    | TemplateWrap
    | TupleExpr
    | ObjectExpr
    | Call
    | Unary
    | Binary
    | Conditional
    | ForExpr
    | Parens
    | Broken
)


class Attribute:
    """`name = expression`. `span` is all of it, `value_span` the expression alone."""

    __slots__ = ("_expression", "name", "name_span", "span", "value_span")

    def __init__(
        self,
        name: str,
        name_span: Span,
        value_span: Span,
        span: Span,
        expression: Expression | Callable[[], Expression],
    ) -> None:
        self.name = name
        self.name_span = name_span
        self.value_span = value_span
        self.span = span
        self._expression = expression

    @property
    def expression(self) -> Expression:
        """The expression, built at the first call."""
        if callable(self._expression):
            self._expression = self._expression()
        return self._expression


class SyntaxBlock:
    """`type "label" { body }`. `header` runs from the type to the last label, `span` is all of it."""

    __slots__ = ("_body", "header", "label_spans", "labels", "span", "type")

    def __init__(
        self,
        type: str,  # noqa: A002 - Terraform's own word for it
        labels: tuple[str, ...],
        label_spans: tuple[Span, ...],
        header: Span,
        span: Span,
        body: Body | Callable[[], Body],
    ) -> None:
        self.type = type
        self.labels = labels
        self.label_spans = label_spans
        self.header = header
        self.span = span
        self._body = body

    @property
    def body(self) -> Body:
        """The body, built at the first call."""
        if callable(self._body):
            self._body = self._body()
        return self._body


@dataclass(frozen=True, slots=True)
class Body:
    """The inside of a file or block, in written order.

    An attribute set twice is in `attributes` with the first; the second is a problem of the file.
    `json` is set for Terraform JSON, where blocks below the top cannot be told from attributes without the shape: all
    of a body's members are then attributes, and whoever knows the shape asks `cogcheck.syntax.tfjson` for the blocks.
    `meta` is what stood under the `"//"` key of a JSON body.
    """

    attributes: Mapping[str, Attribute]
    blocks: Sequence[SyntaxBlock]
    span: Span
    json: bool = False
    meta: Expression | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its marker (`#`, `//`, `/* */`). `own_line` where nothing else stands before it on its line."""

    text: str
    span: Span
    own_line: bool


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A configuration file as read: what could be read of it, and what could not."""

    document: Document
    body: Body
    comments: tuple[Comment, ...] = ()
    problems: tuple[Problem, ...] = ()
