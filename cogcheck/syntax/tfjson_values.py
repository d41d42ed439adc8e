"""The values in Terraform JSON as expressions: which strings are templates, which are code, which are only text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal as OneOf
from typing import TypeAlias

from cogcheck.model import Document, Problem, Span, Step
from cogcheck.syntax.body import Expression, Literal, ObjectExpr, TupleExpr
from cogcheck.syntax.json_tree import Array, Leaf, Member, Node

Mode: TypeAlias = OneOf["template", "literal", "code", "lifecycle"]
"""How Terraform reads the strings of a value: as templates, as they are, as a bare reference or type."""

COMMENT = "//"
"""The key whose value Terraform never looks at."""

_REFERENCES: dict[str, Mode] = {"depends_on": "code", "provider": "code", "lifecycle": "lifecycle"}
_MODES: dict[str, dict[str, Mode]] = {
    "resource": _REFERENCES,
    "data": _REFERENCES,
    "ephemeral": _REFERENCES,
    "check": _REFERENCES,
    "module": {"source": "literal", "version": "literal", "providers": "code", "depends_on": "code"},
    "variable": {
        "type": "code",
        "default": "literal",
        "description": "literal",
        "sensitive": "literal",
        "nullable": "literal",
        "ephemeral": "literal",
    },
    "output": {"depends_on": "code", "description": "literal"},
    "provider": {"alias": "literal", "version": "literal"},
    "import": {"to": "code", "provider": "code"},
    "moved": {"from": "code", "to": "code"},
    "removed": {"from": "code"},
    "lifecycle": {"ignore_changes": "code", "replace_triggered_by": "code"},
}
_ATTRIBUTES_ONLY = ("locals", "module", "")


def mode(block: str, name: str) -> Mode:
    """How the strings in an argument of a top-level block are read. The block type is "" for variable files."""
    if block in ("terraform", ""):
        return "literal"
    return _MODES.get(block, {}).get(name, "template")


def has_blocks(block: str) -> bool:
    """Whether members of such a body can be blocks, of which one key may well occur twice."""
    return block not in _ATTRIBUTES_ONLY


class Values:
    """The values of one document: builds expressions, and keeps what is wrong with them in `problems`."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self._parsed: dict[int, Expression] = {}

    def span(self, node: Node | Member) -> Span:
        """The place of a value, or of a key."""
        return Span(self.document, node.start, node.end)

    def once(self, members: Iterable[Member], may_repeat: bool) -> list[Member]:
        """The members with one for each key.

        Where one key has objects or lists only, these can be blocks: they become one list. Anything else is a problem.
        """
        kept, again = _distinct(members, may_repeat)
        for first, second in again:
            message = f'The key "{first.key}" stands twice in this object'
            related = (Step("first here", self.span(first)),)
            problem = Problem("duplicate-json-key", message, self.span(second), "Remove one of the two.", related)
            self.problems.append(problem)
        return kept

    def prepare(self, node: Node, how: Mode, may_repeat: bool) -> None:
        """Parses the templates and code of a value, so that their problems are known."""
        if isinstance(node, Leaf):
            if isinstance(node.value, str) and how != "literal":
                self._parse(node.value, node, how)
        elif isinstance(node, Array):
            for item in node.items:
                self.prepare(item, how, may_repeat)
        else:
            for member in self.once(node.members, may_repeat):
                if member.key == COMMENT:
                    continue
                if how == "template":
                    self._parse(member.key, member, how)
                self.prepare(member.value, _inner(how, member.key), may_repeat)

    def expression(self, node: Node) -> Expression:
        """A value that was prepared, as an expression."""
        span = self.span(node)
        if isinstance(node, Leaf):
            return self._parsed.get(node.start) or Literal(node.value, span)
        if isinstance(node, Array):
            return TupleExpr(tuple(self.expression(item) for item in node.items), span)
        members = _distinct(node.members, may_repeat=True)[0]
        return ObjectExpr(tuple((self._key(member), self.expression(member.value)) for member in members), span)

    def _key(self, member: Member) -> Expression:
        return self._parsed.get(member.start) or Literal(member.key, self.span(member))

    def _parse(self, text: str, node: Leaf | Member, how: Mode) -> None:
        if how != "code" and "${" not in text and "%{" not in text:
            return
        from cogcheck.syntax import hcl  # many files hold no template

        read = hcl.expression if how == "code" else hcl.template
        self._parsed[node.start], problems = read(text, self.span(node))
        self.problems += problems


def _inner(how: Mode, key: str) -> Mode:
    return _MODES["lifecycle"].get(key, "template") if how == "lifecycle" else how


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Array) else (node,)


def _distinct(members: Iterable[Member], may_repeat: bool) -> tuple[list[Member], list[tuple[Member, Member]]]:
    """One member for each key, and the pairs of which the second is one too many."""
    kept: dict[str, Member] = {}
    again = []
    for member in members:
        first = kept.setdefault(member.key, member)
        if first is member:
            continue
        if may_repeat and not isinstance(first.value, Leaf) and not isinstance(member.value, Leaf):
            both = (*_items(first.value), *_items(member.value))
            joined = Array(both, first.value.start, first.value.end)
            kept[member.key] = Member(first.key, first.start, first.end, joined)
        else:
            again.append((first, member))
    return list(kept.values()), again
