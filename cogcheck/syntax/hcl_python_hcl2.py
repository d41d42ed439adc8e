"""The second HCL reader: python-hcl2, which is pure Python.

It reads where tree-sitter has no wheel, and it is the cross-check of the first reader. Its lexer knows less than HCL
has, so the checks show it a plainer text: see `Source.show_plain`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import hcl2
from lark import Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from cogcheck.model import Span
from cogcheck.syntax.body import (
    Attribute,
    Binary,
    Body,
    Call,
    Conditional,
    Expression,
    ForExpr,
    Literal,
    Name,
    ObjectExpr,
    Parens,
    SyntaxBlock,
    TupleExpr,
    Unary,
)
from cogcheck.syntax.hcl_chain import Attr, Key, Star, Step, chain
from cogcheck.syntax.hcl_check_body import BrokenAttribute
from cogcheck.syntax.hcl_reader import MakeSpan, ReaderBase, key_of, without_comments
from cogcheck.syntax.hcl_simple import KEYWORDS
from cogcheck.syntax.hcl_source import FREE
from cogcheck.syntax.hcl_template import Directive, Interpolation, Part, assemble
from cogcheck.syntax.hcl_text import number, unescape

_Tree = Tree[Token]
_DIRECTIVES = {
    "template_if_start": "if",
    "template_else": "else",
    "template_endif": "endif",
    "template_for_start": "for",
    "template_endfor": "endfor",
}
_STEPS = {"index_expr_term", "get_attr_expr_term", "attr_splat_expr_term", "full_splat_expr_term"}


class PythonHcl2Reader(ReaderBase):
    """Reads a text that passed the checks."""

    plain = True

    def __init__(
        self, text: str, readable: str, span: MakeSpan, broken: Mapping[int, Sequence[BrokenAttribute]]
    ) -> None:
        super().__init__(text, readable, span, broken)
        self.refused: tuple[int, int] | None = None
        self._tree: _Tree | None = None
        try:
            # A comment at the end of the text needs its line break.
            self._tree = hcl2.parses_to_tree(readable + "\n")
        except UnexpectedInput as error:
            start = error.token.start_pos if isinstance(error, UnexpectedToken) else error.pos_in_stream
            self.refused = self.refusal(start or 0, 0)

    def root(self) -> Body:
        """The body of the file."""
        body = None if self._tree is None else self._tree.children[0]
        return self._body(body if isinstance(body, Tree) else None, 0, len(self.text))

    def _body(self, tree: _Tree | None, start: int, end: int) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[SyntaxBlock] = []
        for child in _trees(tree) if tree is not None else ():
            if child.data == "attribute":
                attribute = self._attribute(child)
                attributes.setdefault(attribute.name, attribute)
            else:
                blocks.append(self._block(child))
        self.add_broken(attributes, start)
        return Body(attributes, blocks, self.span(start, end))

    def _attribute(self, tree: _Tree) -> Attribute:
        name, value = _trees(tree)
        equals = next(child for child in tree.children if isinstance(child, Token))
        begin, name_end = _start(name), _end(name)
        # Signs are shown as one; the value begins with the first of them.
        start = FREE.match(self.text, equals.end_pos or 0).end()  # type: ignore[union-attr]
        end = _end(value)
        span = self.span
        return Attribute(
            self.text[begin:name_end],
            span(begin, name_end),
            span(start, end),
            span(begin, end),
            partial(self._expression, value),
        )

    def _block(self, tree: _Tree) -> SyntaxBlock:
        type_, *rest = _trees(tree)
        labels = [child for child in rest if child.data != "body"]
        body = next((child for child in rest if child.data == "body"), None)
        braces = [child for child in tree.children if isinstance(child, Token)]
        start, end = braces[0].end_pos or 0, braces[-1].start_pos or 0
        spans = tuple(self._at(label) for label in labels)
        begin = _start(type_)
        return SyntaxBlock(
            self._source(type_),
            tuple(self._label(label) for label in labels),
            spans,
            self.span(begin, _end(labels[-1] if labels else type_)),
            self.span(begin, end + 1),
            partial(self._body, body, start, end),
        )

    def _label(self, tree: _Tree) -> str:
        source = self._source(tree)
        return unescape(source[1:-1]) if tree.data == "string" else source

    def _at(self, tree: _Tree) -> Span:
        return self.span(_start(tree), _end(tree))

    def _source(self, tree: _Tree) -> str:
        return self.text[_start(tree) : _end(tree)]

    # Expressions

    def _expression(self, tree: _Tree) -> Expression:
        tree = _unwrapped(tree)
        return _HANDLERS[tree.data](self, tree)

    def _parens(self, tree: _Tree) -> Expression:
        return Parens(self._expression(_trees(tree)[0]), self._at(tree))

    def _name(self, tree: _Tree) -> Expression:
        return Name(self._source(tree), self._at(tree))

    def _keyword(self, tree: _Tree) -> Expression:
        return Literal(KEYWORDS[self._source(tree)], self._at(tree))

    def _number(self, tree: _Tree) -> Expression:
        """The lexer takes the sign of some numbers for a part of them."""
        source, span = self._source(tree), self._at(tree)
        if not source.startswith("-"):
            return Literal(number(source), span)
        return Unary("-", Literal(number(source[1:]), self.span(span.start + 1, span.end)), span)

    def _steps(self, tree: _Tree) -> Expression:
        """Steps are nested to the left; that is unrolled, since such chains get long."""
        links: list[_Tree] = []
        while tree.data in _STEPS:
            inner, link = _trees(tree)
            links.append(link)
            tree = _unwrapped(inner)
        steps = [step for link in reversed(links) for step in self._step(link)]
        return chain(_HANDLERS[tree.data](self, tree), steps)

    def _step(self, tree: _Tree) -> Iterator[Step]:
        if tree.data == "get_attr":
            yield Attr(self._source(_trees(tree)[0]), self._at(tree))
        elif tree.data == "short_index":
            yield Attr(self.legacy_index(_start(tree) + 1, _end(tree)), self._at(tree))
        elif tree.data == "braces_index" and self._source(_trees(tree)[0]) == "*":
            yield Star(full=True, span=self._at(tree))
        elif tree.data == "braces_index":
            yield Key(self._expression(_trees(tree)[0]), self._at(tree))
        else:
            full = tree.data == "full_splat"
            yield Star(full, self.span(_start(tree), _start(tree) + len("[*]" if full else ".*")))
            for inner in _trees(tree):
                yield from self._step(inner)

    def _tuple(self, tree: _Tree) -> Expression:
        return TupleExpr(tuple([self._expression(item) for item in _trees(tree)]), self._at(tree))

    def _object(self, tree: _Tree) -> Expression:
        items: list[tuple[Expression, Expression]] = []
        for item in _trees(tree):
            key, value = _trees(item)
            inner = _trees(key)[0]
            name = key_of(self._source(key), self._at(key)) or self._expression(inner)
            items.append((name, self._expression(value)))
        return ObjectExpr(tuple(items), self._at(tree))

    def _call(self, tree: _Tree) -> Expression:
        name, *rest = _trees(tree)
        args: list[Expression] = []
        expand = False
        for arguments in rest:
            args += [self._expression(argument) for argument in _trees(arguments)]
            expand = any(isinstance(child, Token) and child.type == "ELLIPSIS" for child in arguments.children)
        return Call(without_comments(self._source(name)), tuple(args), expand, self._at(tree))

    def _for(self, tree: _Tree) -> Expression:
        intro, *rest = _trees(tree)
        names = [self._source(child) for child in _trees(intro) if child.data == "identifier"]
        collection = next(child for child in _trees(intro) if child.data != "identifier")
        results = [self._expression(child) for child in rest if child.data != "for_cond"]
        conditions = [self._expression(_trees(child)[0]) for child in rest if child.data == "for_cond"]
        return ForExpr(
            names[0] if len(names) > 1 else None,
            names[-1],
            self._expression(collection),
            results[0] if len(results) > 1 else None,
            results[-1],
            conditions[0] if conditions else None,
            any(isinstance(child, Token) and child.type == "ELLIPSIS" for child in tree.children),
            self._at(tree),
        )

    def _conditional(self, tree: _Tree) -> Expression:
        links: list[tuple[Expression, Expression]] = []
        while tree.data == "conditional":
            condition, then, last = _trees(tree)
            links.append((self._expression(condition), self._expression(then)))
            tree = _unwrapped(last)
        result = self._expression(tree)
        for test, then_ in reversed(links):
            result = Conditional(test, then_, result, self.span_of(test, result))
        return result

    def _binary(self, tree: _Tree) -> Expression:
        links: list[_Tree] = []
        while tree.data == "binary_op":
            left, link = _trees(tree)
            links.append(link)
            tree = _unwrapped(left)
        result = self._expression(tree)
        for link in reversed(links):
            operator, right = _trees(link)
            operand = self._expression(right)
            result = Binary(self._source(operator), result, operand, self.span_of(result, operand))  # type: ignore[arg-type]
        return result

    def _unary(self, tree: _Tree) -> Expression:
        """Signs in a row are shown as one `!`; here they are found again."""
        operand = self._expression(_trees(tree)[0])
        last = _start(tree)
        first = len(self.readable[:last].rstrip(" "))
        gap = without_comments(self.text[first:last], keep_offsets=True) + self.text[last]
        result = operand
        for index in range(len(gap) - 1, -1, -1):
            if gap[index] in "-!":
                span = self.span(first + index, self.end_of(operand))
                result = Unary(gap[index], result, span)  # type: ignore[arg-type]
        return result

    # Templates

    def _string(self, tree: _Tree) -> Expression:
        start, end = _start(tree), _end(tree)
        heredoc = self.text.startswith("<<", start)
        begin, stop = start + 1, end - 1
        if heredoc:
            begin, stop = self.text.index("\n", start) + 1, self.text.rindex("\n", start, end) + 1
        parts: list[Part] = []
        for part in _trees(tree):
            inner = next((child for child in part.children if isinstance(child, Tree)), None)
            if inner is None:
                continue
            at = _start(inner)
            self.add_texts(parts, begin, at, heredoc=heredoc)
            parts.append(self._sequence(inner))
            begin = _end(inner)
        self.add_texts(parts, begin, stop, heredoc=heredoc)
        return assemble(parts, self.span(start, end), indented=self.text.startswith("<<-", start))

    def _sequence(self, tree: _Tree) -> Part:
        start, end = _start(tree), _end(tree)
        span = self.span(start, end)
        left, right = self.text[start + 2] == "~", self.text[end - 2] == "~"
        inner = _trees(tree)
        names = [self._source(child) for child in inner if child.data == "identifier"]
        expression = next((self._expression(child) for child in inner if child.data != "identifier"), None)
        if tree.data == "interpolation" and expression is not None:
            return Interpolation(expression, span, left, right)
        key = names[0] if len(names) > 1 else None
        keyword = _DIRECTIVES[tree.data]
        return Directive(keyword, span, left, right, expression, key, names[-1] if names else "")


def _trees(tree: _Tree) -> list[_Tree]:
    return [child for child in tree.children if isinstance(child, Tree) and child.data != "new_line_or_comment"]


def _start(tree: _Tree) -> int:
    return tree.meta.start_pos


def _end(tree: _Tree) -> int:
    """The end of a tree, without the line breaks that the grammar counts to some."""
    node: _Tree | Token = tree
    while isinstance(node, Tree):
        last = next(
            child
            for child in reversed(node.children)
            if not (isinstance(child, Tree) and child.data in {"new_line_or_comment", "body"})
        )
        node = last
    return node.end_pos or 0


def _unwrapped(tree: _Tree) -> _Tree:
    """What an `expr_term` holds, unless that is an expression in parentheses."""
    while tree.data == "expr_term" and isinstance(tree.children[0], Tree):
        tree = tree.children[0]
    return tree


_HANDLERS: dict[str, Callable[[PythonHcl2Reader, _Tree], Expression]] = {
    "expr_term": PythonHcl2Reader._parens,
    "identifier": PythonHcl2Reader._name,
    "keyword": PythonHcl2Reader._name,
    "literal_value": PythonHcl2Reader._keyword,
    "int_lit": PythonHcl2Reader._number,
    "float_lit": PythonHcl2Reader._number,
    "string": PythonHcl2Reader._string,
    "tuple": PythonHcl2Reader._tuple,
    "object": PythonHcl2Reader._object,
    "function_call": PythonHcl2Reader._call,
    "for_tuple_expr": PythonHcl2Reader._for,
    "for_object_expr": PythonHcl2Reader._for,
    "conditional": PythonHcl2Reader._conditional,
    "binary_op": PythonHcl2Reader._binary,
    "unary_op": PythonHcl2Reader._unary,
    **dict.fromkeys(_STEPS, PythonHcl2Reader._steps),
}
