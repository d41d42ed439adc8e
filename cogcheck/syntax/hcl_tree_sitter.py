"""The first HCL reader: tree-sitter with the tree-sitter-hcl grammar.

Bodies and expressions are built when they are asked for. Every non-ASCII character is shown to tree-sitter as `x`,
so that its byte offsets are offsets in the text; contents are always taken from the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

from cogcheck.model import Span
from cogcheck.syntax.body import (
    Attribute,
    Binary,
    Body,
    Broken,
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
from cogcheck.syntax.hcl_simple import KEYWORDS, simple
from cogcheck.syntax.hcl_template import Directive, Interpolation, Part, assemble
from cogcheck.syntax.hcl_text import number, unescape

_HEAD = re.compile(r"([A-Za-z_][\w-]*+)[ \t]*+=[ \t]*+(?![\s/#])", re.ASCII)
_STEPS = {"get_attr", "index", "splat"}
_OPERATORS = {"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"}


@cache
def _language() -> Language:
    return Language(tree_sitter_hcl.language())


class TreeSitterReader(ReaderBase):
    """Reads a text that passed the checks."""

    plain = False

    def __init__(
        self, text: str, readable: str, span: MakeSpan, broken: Mapping[int, Sequence[BrokenAttribute]]
    ) -> None:
        super().__init__(text, readable, span, broken)
        self._tree = Parser(_language()).parse(readable.encode("ascii"))
        error = _first_error(self._tree.root_node)
        self.refused = self.refusal(error.start_byte, error.end_byte) if error is not None else None

    def root(self) -> Body:
        """The body of the file."""
        for child in self._tree.root_node.children:
            if child.type == "body":
                return self._body(child, 0, len(self.text))
        return self._body(None, 0, len(self.text))

    def _at(self, node: Node) -> Span:
        return self.span(node.start_byte, node.end_byte)

    def _source(self, node: Node) -> str:
        return self.text[node.start_byte : node.end_byte]

    def _body(self, node: Node | None, start: int, end: int) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[SyntaxBlock] = []
        for child in node.children if node else ():
            if self.refused is not None and child.has_error:
                continue
            kind = child.type
            if kind == "attribute":
                attribute = self._attribute(child)
                attributes.setdefault(attribute.name, attribute)
            elif kind == "block":
                blocks.append(self._block(child))
        self.add_broken(attributes, start)
        return Body(attributes, blocks, self.span(start, end))

    def _attribute(self, node: Node) -> Attribute:
        start, end = node.byte_range
        head = _HEAD.match(self.text, start)
        if head is None:
            value = node.children[-1].start_byte
            name_end = node.children[0].end_byte
        else:
            value, name_end = head.end(), head.end(1)
        span = self.span
        return Attribute(
            self.text[start:name_end],
            span(start, name_end),
            span(value, end),
            span(start, end),
            partial(self._value, node, value, end),
        )

    def _block(self, node: Node) -> SyntaxBlock:
        labels: list[str] = []
        label_spans: list[Span] = []
        body: Node | None = None
        children = node.children
        type_ = children[0]
        header_end = type_.end_byte
        start = end = node.end_byte
        for child in children[1:]:
            kind = child.type
            if kind in {"identifier", "string_lit"}:
                source = self._source(child)
                labels.append(source if kind == "identifier" else unescape(source[1:-1]))
                label_spans.append(self._at(child))
                header_end = child.end_byte
            elif kind == "block_start":
                start = child.end_byte
            elif kind == "body":
                body = child
            elif kind == "block_end":
                end = child.start_byte
        return SyntaxBlock(
            self._source(type_),
            tuple(labels),
            tuple(label_spans),
            self.span(type_.start_byte, header_end),
            self._at(node),
            partial(self._body, body, start, end),
        )

    # Expressions

    def _value(self, node: Node, start: int, end: int) -> Expression:
        found = simple(self.text, start, end, self.span)
        return self._expression(node.children[-1]) if found is None else found

    def _expression(self, node: Node) -> Expression:
        return self._term([child for child in node.children if child.type != "comment"], node)

    def _term(self, children: list[Node], node: Node) -> Expression:
        """A term with the steps that follow it: the grammar has them side by side."""
        first = children[0]
        rest = 1
        if first.type == "(":
            inner = self._expression(children[1])
            source: Expression = Parens(inner, self.span(first.start_byte, children[2].end_byte))
            rest = 3
        else:
            source = _TERMS.get(first.type, TreeSitterReader._unreadable)(self, first)
        if len(children) == rest:
            return source
        steps: list[Step] = []
        for child in children[rest:]:
            self._steps(child, steps)
        return chain(source, steps)

    def _unreadable(self, node: Node) -> Expression:
        return Broken(self._at(node))

    def _steps(self, node: Node, steps: list[Step]) -> None:
        kind = node.type
        if kind == "get_attr":
            steps.append(Attr(self._source(node.children[-1]), self._at(node)))
        elif kind == "index":
            index = node.children[0]
            if index.type == "legacy_index":
                steps.append(Attr(self.legacy_index(index.start_byte + 1, index.end_byte), self._at(node)))
            else:
                key = next(child for child in index.children if child.type == "expression")
                if self._source(key) == "*":
                    steps.append(Star(full=True, span=self._at(node)))
                else:
                    steps.append(Key(self._expression(key), self._at(node)))
        elif kind == "splat":
            inner = node.children[0]
            star, *after = [child for child in inner.children if child.type != "comment"]
            steps.append(Star(star.type == "[*]", self._at(star)))
            for child in after:
                self._steps(child, steps)

    def _literal(self, node: Node) -> Expression:
        child = node.children[0]
        span = self._at(child)
        source = self._source(child)
        kind = child.type
        if kind == "string_lit":
            return Literal(unescape(source[1:-1]), span)
        if kind == "numeric_lit":
            return Literal(number(source), span)
        return Literal(KEYWORDS[source], span)

    def _name(self, node: Node) -> Expression:
        source = self._source(node)
        if source in KEYWORDS:
            return Literal(KEYWORDS[source], self._at(node))
        return Name(source, self._at(node))

    def _collection(self, node: Node) -> Expression:
        collection = node.children[0]
        span = self._at(collection)
        if collection.type == "tuple":
            return TupleExpr(
                tuple(self._expression(child) for child in collection.children if child.type == "expression"), span
            )
        return ObjectExpr(
            tuple(self._item(child) for child in collection.children if child.type == "object_elem"), span
        )

    def _item(self, node: Node) -> tuple[Expression, Expression]:
        key, value = [child for child in node.children if child.type == "expression"]
        return key_of(self._source(key), self._at(key)) or self._expression(key), self._expression(value)

    def _call(self, node: Node) -> Expression:
        args: list[Expression] = []
        expand = False
        for child in node.children:
            if child.type == "function_arguments":
                for arg in child.children:
                    if arg.type == "expression":
                        args.append(self._expression(arg))
                    elif arg.type == "ellipsis":
                        expand = True
        name = self._source(node.children[0])
        if "::" in name:
            name = without_comments(name)
        return Call(name, tuple(args), expand, self._at(node))

    def _for(self, node: Node) -> Expression:
        loop = node.children[0]
        names: list[str] = []
        collection: Expression = Broken(self._at(node))
        results: list[Expression] = []
        condition: Expression | None = None
        grouping = False
        for child in loop.children:
            kind = child.type
            if kind == "for_intro":
                names, collection = self._intro(child)
            elif kind == "expression":
                results.append(self._expression(child))
            elif kind == "ellipsis":
                grouping = True
            elif kind == "for_cond":
                condition = self._only_expression(child)
        key = names[0] if len(names) > 1 else None
        result_key = results[0] if len(results) > 1 else None
        return ForExpr(key, names[-1], collection, result_key, results[-1], condition, grouping, self._at(node))

    def _intro(self, node: Node) -> tuple[list[str], Expression]:
        names = [self._source(child) for child in node.children if child.type == "identifier"]
        return names, self._only_expression(node)

    def _only_expression(self, node: Node) -> Expression:
        return next(self._expression(child) for child in node.children if child.type == "expression")

    def _conditional(self, node: Node) -> Expression:
        """The grammar nests `a ? b : c ? d : e` to the left, HCL to the right: so it is read as a flat chain."""
        operands: list[Expression] = []
        stack = [(node, True)]
        while stack:
            node, splits = stack.pop()
            conditional = _bare_conditional(node) if splits else None
            if conditional is None:
                operands.append(self._expression(node))
                continue
            condition, then, otherwise = [child for child in conditional.children if child.type == "expression"]
            stack += [(otherwise, True), (then, False), (condition, True)]
        result = operands.pop()
        while operands:
            then_, test = operands.pop(), operands.pop()
            result = Conditional(test, then_, result, self.span_of(test, result))
        return result

    def _operation(self, node: Node) -> Expression:
        """Operators of one rank are nested to the left; that is unrolled, since such chains get long."""
        links: list[tuple[str, list[Node], Node]] = []
        while True:
            operation = node.children[0]
            children = [child for child in operation.children if child.type != "comment"]
            if operation.type == "unary_operation":
                operand = self._term(children[1:], operation)
                sign = "-" if children[0].type == "-" else "!"
                result: Expression = Unary(sign, operand, self._at(operation))  # type: ignore[arg-type]
                break
            at = next(i for i, child in enumerate(children) if child.type in _OPERATORS)
            links.append((children[at].type, children[at + 1 :], operation))
            left = children[:at]
            if len(left) != 1 or left[0].type != "operation":
                result = self._term(left, operation)
                break
            node = left[0]
        for operator, right, link in reversed(links):
            result = Binary(operator, result, self._term(right, link), self._at(link))  # type: ignore[arg-type]
        return result

    # Templates

    def _template(self, node: Node) -> Expression:
        template = node.children[0]
        children = template.children
        span = self._at(template)
        parts: list[Part] = []
        if template.type == "quoted_template":
            self._parts(children[1:-1], children[0].end_byte, children[-1].start_byte, parts, heredoc=False)
            return assemble(parts, span)
        start = self.text.find("\n", children[1].end_byte) + 1
        end = self.text.rfind("\n", 0, children[-1].start_byte) + 1
        self._parts(children[2:-1], start, end, parts, heredoc=True)
        return assemble(parts, span, indented=children[0].end_byte - children[0].start_byte == 3)

    def _parts(self, nodes: Iterable[Node], start: int, end: int, parts: list[Part], *, heredoc: bool) -> None:
        """The flat parts of a template: whatever is no interpolation or marker is literal text."""
        for node in self._sequences(nodes):
            self.add_texts(parts, start, node.start_byte, heredoc=heredoc)
            children = node.children
            strip_left = children[1].type == "strip_marker"
            strip_right = children[-2].type == "strip_marker"
            span = self._at(node)
            expression = next((self._expression(child) for child in children if child.type == "expression"), None)
            if node.type == "template_interpolation":
                parts.append(Interpolation(expression or Broken(span), span, strip_left, strip_right))
            else:
                keyword = children[2 if strip_left else 1].type
                names = [self._source(child) for child in children if child.type == "identifier"]
                key = names[0] if len(names) > 1 else None
                value = names[-1] if names else ""
                parts.append(Directive(keyword, span, strip_left, strip_right, expression, key, value))
            start = node.end_byte
        self.add_texts(parts, start, end, heredoc=heredoc)

    def _sequences(self, nodes: Iterable[Node]) -> list[Node]:
        """Interpolations and single directive markers in order, out of the tree that tree-sitter makes of them."""
        found: list[Node] = []
        stack = [*nodes][::-1]
        while stack:
            node = stack.pop()
            if node.type in _SEQUENCES:
                found.append(node)
            elif node.type != "template_literal":
                stack.extend(node.children[::-1])
        return found


def _bare_conditional(node: Node) -> Node | None:
    """The conditional that an expression is, if it is one without parentheses."""
    if node.type == "conditional":
        return node
    inner = [child for child in node.children if child.type != "comment"]
    return inner[0] if len(inner) == 1 and inner[0].type == "conditional" else None


def _first_error(root: Node) -> Node | None:
    """What tree-sitter first could not follow."""
    if not root.has_error:
        return None
    node = root
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return node


_SEQUENCES = {
    "template_interpolation",
    "template_if_intro",
    "template_else_intro",
    "template_if_end",
    "template_for_start",
    "template_for_end",
}

_TERMS: dict[str, Callable[[TreeSitterReader, Node], Expression]] = {
    "literal_value": TreeSitterReader._literal,
    "variable_expr": TreeSitterReader._name,
    "template_expr": TreeSitterReader._template,
    "collection_value": TreeSitterReader._collection,
    "function_call": TreeSitterReader._call,
    "for_expr": TreeSitterReader._for,
    "operation": TreeSitterReader._operation,
    "conditional": TreeSitterReader._conditional,
}
