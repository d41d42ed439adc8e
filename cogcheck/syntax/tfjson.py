"""Terraform's JSON syntax as bodies: files, and the blocks in a body for whoever knows which members are blocks."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterator, Sequence
from functools import partial

from cogcheck.model import Document, Problem, Span
from cogcheck.syntax import json
from cogcheck.syntax.body import Attribute, Body, Expression, Literal, ObjectExpr, ParsedFile, SyntaxBlock, TupleExpr
from cogcheck.syntax.json_scanner import scan
from cogcheck.syntax.json_tree import Array, Leaf, Member, Node, Object
from cogcheck.syntax.tfjson_values import COMMENT, Values, has_blocks, mode

_LABELS = {
    "resource": ("type", "name"),
    "data": ("type", "name"),
    "ephemeral": ("type", "name"),
    "action": ("type", "name"),
    "module": ("name",),
    "variable": ("name",),
    "output": ("name",),
    "provider": ("name",),
    "check": ("name",),
    "locals": (),
    "terraform": (),
    "import": (),
    "moved": (),
    "removed": (),
}
"""The keys at the top of a file, with the labels of each, which are the keys below it."""


def parse(document: Document) -> ParsedFile:
    """Read a `.tf.json` or `.tofu.json` file, or the variable values of a `.tfvars.json` file. Never raises."""
    if document.path.endswith(".tfvars.json"):
        return variables(document)
    node, problems = json.parse(document)
    reader = _Reader(document)
    body = reader.module(node)
    return ParsedFile(document, body, problems=(*problems, *reader.values.problems))


def variables(document: Document) -> ParsedFile:
    """Read a file of variable values, whatever its name: every string is what it says, `${` and all."""
    node, problems = json.parse(document)
    reader = _Reader(document)
    if node is not None and not isinstance(node, Object):
        message = 'A file of variable values holds one object, {"name": value}'
        reader.values.problems.append(Problem("broken-tfvars", message, reader.values.span(node)))
    body = reader.body("", [node] if isinstance(node, Object) else [], Span(document, 0, len(document.text)))
    return ParsedFile(document, body, problems=(*problems, *reader.values.problems))


def blocks(body: Body, types: Container[str]) -> tuple[dict[str, Attribute], list[SyntaxBlock]]:
    """The attributes and blocks of a JSON body, where members of these types are blocks.

    `dynamic` always is: each of its members gives a block of type `dynamic` with that label. A member that is null is
    no block. A member of a block's name with neither objects nor lists of objects stays an attribute.
    """
    attributes: dict[str, Attribute] = {}
    found = list(body.blocks)
    for name, attribute in body.attributes.items():
        made = None
        if name == "dynamic":
            made = _dynamic(attribute)
        elif name in types:
            made = _nested(name, (), (), attribute.name_span, attribute.expression)
        if made is None:
            attributes[name] = attribute
        else:
            found += made
    return attributes, found


def _dynamic(attribute: Attribute) -> list[SyntaxBlock] | None:
    objects = _objects(attribute.expression)
    if objects is None:
        return None
    found = []
    for key, value in (item for each in objects for item in each.items):
        label = _raw(key)
        made = _nested("dynamic", (label,), (key.span,), key.span, value) if label != COMMENT else []
        if made is None:
            return None
        found += made
    return found


def _nested(
    type_: str, labels: tuple[str, ...], label_spans: tuple[Span, ...], header: Span, value: Expression
) -> list[SyntaxBlock] | None:
    bodies = _objects(value)
    if bodies is None:
        return None
    listed = isinstance(value, TupleExpr)
    return [
        SyntaxBlock(
            type_,
            labels,
            label_spans,
            _brace(each.span) if listed else header,
            each.span if listed else _around(header, each.span),
            partial(_body, each),
        )
        for each in bodies
    ]


def _brace(span: Span) -> Span:
    """What stands for one of several objects in a list: they share their key."""
    return Span(span.document, span.start, span.start + 1)


def _objects(value: Expression) -> list[ObjectExpr] | None:
    """The bodies that a member stands for: one object, those of a list, none for null. None where it is no block."""
    if isinstance(value, Literal) and value.value is None:
        return []
    if not isinstance(value, TupleExpr):
        return [value] if isinstance(value, ObjectExpr) else None
    found = []
    for item in value.items:
        if isinstance(item, ObjectExpr):
            found.append(item)
        elif isinstance(item, Literal) and item.value is None:
            found.append(ObjectExpr((), item.span))
        elif isinstance(item, TupleExpr) and all(isinstance(part, ObjectExpr) for part in item.items):
            # Terraform takes a list in place of a body as the members of all its objects.
            parts = [part for part in item.items if isinstance(part, ObjectExpr)]
            found.append(ObjectExpr(tuple(member for part in parts for member in part.items), item.span))
        else:
            return None
    return found


def _body(source: ObjectExpr) -> Body:
    attributes: dict[str, Attribute] = {}
    meta = None
    for key, value in source.items:
        name = _raw(key)
        if name == COMMENT:
            meta = value
        else:
            span = _around(key.span, value.span)
            attributes.setdefault(name, Attribute(name, key.span, value.span, span, value))
    return Body(attributes, (), source.span, json=True, meta=meta)


def _raw(key: Expression) -> str:
    """A key as written: in a body it is a name, so a template in it is only text."""
    if isinstance(key, Literal) and isinstance(key.value, str):
        return key.value
    node = scan(key.span.document.text, key.span.start)[0]
    return node.value if isinstance(node, Leaf) and isinstance(node.value, str) else ""


def _around(first: Span, last: Span) -> Span:
    return Span(first.document, min(first.start, last.start), max(first.end, last.end))


class _Reader:
    """Sorts the members at the top of a file into blocks."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.values = Values(document)

    def module(self, root: Node | None) -> Body:
        """The body of a configuration file."""
        found: list[SyntaxBlock] = []
        meta = None
        for member in self._roots(root):
            if member.key == COMMENT:
                meta = self.values.expression(member.value)
            elif member.key not in _LABELS:
                self._unknown(member)
            else:
                found += self._blocks(member.key, (), member, member.value)
        return Body({}, tuple(found), Span(self.document, 0, len(self.document.text)), meta=meta)

    def body(self, type_: str, objects: Sequence[Object], span: Span) -> Body:
        """A block's body, of one object or the members of several."""
        may_repeat = has_blocks(type_)
        attributes = {}
        meta = None
        members = (member for each in objects for member in each.members)
        for member in self.values.once(members, may_repeat):
            if member.key == COMMENT:
                meta = self.values.expression(member.value)
                continue
            self.values.prepare(member.value, mode(type_, member.key), may_repeat)
            attributes[member.key] = self._attribute(member)
        return Body(attributes, (), span, json=True, meta=meta)

    def _attribute(self, member: Member) -> Attribute:
        name_span, value_span = self.values.span(member), self.values.span(member.value)
        build = partial(self.values.expression, member.value)
        return Attribute(member.key, name_span, value_span, _around(name_span, value_span), build)

    def _roots(self, root: Node | None) -> Iterator[Member]:
        for part in root.items if isinstance(root, Array) else [root]:
            if isinstance(part, Object):
                yield from part.members
            elif part is not None:
                self._refuse("A configuration file holds one JSON object, or a list of objects", part)

    def _blocks(self, type_: str, above: tuple[Member, ...], key: Member, value: Node) -> Iterator[SyntaxBlock]:
        """The blocks below a key: one level of objects, or lists of objects, for each label."""
        wanted = _LABELS[type_][len(above) :]
        if not wanted:
            yield from self._instances(type_, above, key, value)
            return
        members = list(self._label_members(type_, wanted[0], value))
        if not members and not isinstance(value, Leaf) and value.complete:
            self._refuse(f'No {wanted[0]} stands here: write "{type_}": {_example(type_)}', value)
        for member in members:
            yield from self._blocks(type_, (*above, member), member, member.value)

    def _label_members(self, type_: str, label: str, value: Node) -> Iterator[Member]:
        for part in value.items if isinstance(value, Array) else (value,):
            if isinstance(part, Object):
                yield from part.members
            else:
                self._refuse(f"The {label} of {_named(type_)} is the key of an object: write {_example(type_)}", part)

    def _instances(self, type_: str, labels: tuple[Member, ...], key: Member, value: Node) -> Iterator[SyntaxBlock]:
        header = self.values.span(key)
        for part in value.items if isinstance(value, Array) else (value,):
            if not isinstance(part, Leaf) and not part.complete:
                continue  # half a body would only look as if something were missing
            objects = self._body_objects(part)
            if objects is None:
                self._refuse(f"Expected {_named(type_)} block here: an object or a list of objects", part)
                continue
            if part is value and isinstance(part, Leaf):
                continue  # null: not written
            names, places = tuple(label.key for label in labels), tuple(map(self.values.span, labels))
            own = self.values.span(part)
            span = _around(header, own) if part is value else own
            title = header if part is value or labels else _brace(own)
            yield SyntaxBlock(type_, names, places, title, span, self.body(type_, objects, own))

    def _body_objects(self, part: Node) -> list[Object] | None:
        if isinstance(part, Leaf):
            return [] if part.value is None else None
        if isinstance(part, Object):
            return [part]
        objects = [item for item in part.items if isinstance(item, Object)]
        return objects if len(objects) == len(part.items) else None

    def _unknown(self, member: Member) -> None:
        near = difflib.get_close_matches(member.key, _LABELS, 1)
        help_ = f'Did you mean "{near[0]}"?' if near else 'A comment is written under the key "//".'
        message = f'No block type is named "{member.key}"'
        self.values.problems.append(Problem("syntax-error", message, self.values.span(member), help=help_))

    def _refuse(self, message: str, node: Node) -> None:
        if not isinstance(node, Leaf) and not node.complete:
            return  # where it broke off is reported
        self.values.problems.append(Problem("syntax-error", message, self.values.span(node)))


def _example(type_: str) -> str:
    return "".join(f'{{"{label.upper()}": ' for label in _LABELS[type_]) + "{...}" + "}" * len(_LABELS[type_])


def _named(type_: str) -> str:
    return f"an {type_}" if type_[0] in "aeiou" else f"a {type_}"
