"""Reading HCL: the checks first, then the reader, of which there are two."""

from __future__ import annotations

import os
import re
from functools import cache, partial
from typing import Protocol

from cogcheck.model import Document, Problem, Span, Step
from cogcheck.syntax.body import (
    Body,
    Broken,
    Comment,
    Expression,
    Literal,
    Parens,
    ParsedFile,
    TemplateWrap,
)
from cogcheck.syntax.hcl_check import Checked, blanked, check
from cogcheck.syntax.hcl_check_body import BrokenAttribute
from cogcheck.syntax.hcl_reader import MakeSpan, Reader
from cogcheck.syntax.hcl_simple import simple
from cogcheck.syntax.hcl_source import Fault

_ROUNDS = 20
_ANCHOR = "x"
_MOST_SIGNS = 500_000
_SIGNS = "\n,[($?:+-*/%<>=&."
_SPLIT = "Split it, or exclude it."
_BARE_RETURN = re.compile(r"\r(?!\n)")


class _MakeReader(Protocol):
    """A reader's class."""

    plain: bool

    def __call__(
        self, text: str, readable: str, span: MakeSpan, broken: dict[int, list[BrokenAttribute]], /
    ) -> Reader: ...


@cache
def _reader() -> tuple[str, _MakeReader]:
    """The reader's name and class: tree-sitter, unless it is not there or the environment asks for the other."""
    if os.environ.get("COGCHECK_HCL_READER") != "python-hcl2":
        try:
            from cogcheck.syntax.hcl_tree_sitter import TreeSitterReader

            return "tree-sitter-hcl", TreeSitterReader
        except ImportError:
            pass
    from cogcheck.syntax.hcl_python_hcl2 import PythonHcl2Reader

    return "python-hcl2", PythonHcl2Reader


def parse(document: Document) -> ParsedFile:
    """Read a configuration file. Never raises: what cannot be read is in the problems."""
    text = document.text
    if (too_large := _too_large(text)) is not None:
        problem = Problem("file-too-large", too_large, Span(document, 0, min(1, len(text))), _SPLIT)
        return ParsedFile(document, Body({}, [], Span(document, 0, len(text))), (), (problem,))
    checked = check(text, comments="cogcheck:" in text, plain=_reader()[1].plain)
    span = partial(Span, document)
    problems = [_problem(fault, span) for fault in checked.faults]
    body = _read(checked, text, span, problems)
    comments = tuple(_comment(document, start, end) for start, end in checked.comments)
    return ParsedFile(document, body, comments, tuple(sorted(problems, key=lambda problem: problem.span.start)))


def _too_large(text: str) -> str | None:
    """Why a text is not parsed: what makes parts of a syntax tree takes 500 bytes of memory each."""
    if len(text) <= _MOST_SIGNS or sum(map(text.count, _SIGNS)) <= _MOST_SIGNS:
        return None
    return f"This is too much to read at once: it has more than {_MOST_SIGNS:,} lines, brackets, commas and operators"


def _read(checked: Checked, text: str, span: MakeSpan, problems: list[Problem], limit: int | None = None) -> Body:
    """Read what the checks left over; where the reader refuses something valid, leave that out and say so."""
    name, make = _reader()
    readable = checked.text
    for _ in range(_ROUNDS):
        reader = make(text, readable, span, checked.broken)
        if limit is not None:
            reader.limit = limit
        if reader.refused is None:
            return reader.root()
        start, end = reader.refused
        problems.append(
            Problem(
                "syntax-error",
                f"This may be valid, but cogcheck's HCL reader ({name}) cannot read it",
                span(start, end),
                "Write it in a more usual way.",
            )
        )
        item = next((item for item in checked.items if item[0] <= start < item[1]), None)
        if item is None or not readable[item[0] : item[1]].strip():
            break
        readable = blanked(readable, [item])
    return reader.root()


def _problem(fault: Fault, span: MakeSpan) -> Problem:
    related = tuple(Step(message, span(start, end)) for message, start, end in fault.related)
    return Problem(fault.slug, fault.message, span(fault.start, fault.end), fault.help, related)


def _comment(document: Document, start: int, end: int) -> Comment:
    text = document.text[start:end].rstrip("\r")
    before = document.text[document.text.rfind("\n", 0, start) + 1 : start]
    return Comment(text, Span(document, start, start + len(text)), not before.strip())


def template(text: str, span: Span) -> tuple[Expression, tuple[Problem, ...]]:
    """Read the text of a JSON string as a template; every node gets the string's span."""
    # With a carriage return alone in it, Terraform takes all of the text literally.
    if ("${" not in text and "%{" not in text) or _BARE_RETURN.search(text):
        return Literal(text, span), ()
    if text.startswith("${"):
        inner = simple(text, 2, len(text) - 1, lambda start, end: span)
        if inner is not None and text.endswith("}"):
            return TemplateWrap(inner, span), ()
    # As a heredoc, in which nothing but ${ and %{ has a meaning, as in a template of its own.
    marker = "EOT"
    while marker in text:
        marker += "_"
    before = f"{_ANCHOR} = <<{marker}\n{text}"
    return _fragment(f"{before}\n{marker}\n", span, len(before))


def expression(text: str, span: Span) -> tuple[Expression, tuple[Problem, ...]]:
    """Read a bare expression, such as a variable's value on the command line; every node gets the span."""
    found, problems = _fragment(f"{_ANCHOR} = (\n{text}\n)\n", span)
    if isinstance(found, Parens):
        return found.inner, problems
    return Broken(span), problems or (_no_expression(span),)


def _fragment(whole: str, span: Span, limit: int | None = None) -> tuple[Expression, tuple[Problem, ...]]:
    """Read the value of the only argument of a text. Templates end at `limit`, if there is one."""
    if (too_large := _too_large(whole)) is not None:
        return Broken(span), (Problem("file-too-large", too_large, span, _SPLIT),)
    checked = check(whole, plain=_reader()[1].plain)
    problems = [_problem(fault, lambda start, end: span) for fault in checked.faults]
    body = _read(checked, whole, lambda start, end: span, problems, limit)
    attribute = body.attributes.get(_ANCHOR)
    if not problems and (attribute is None or len(body.attributes) > 1 or body.blocks):
        problems.append(_no_expression(span))
    if problems or attribute is None:
        return Broken(span), tuple(problems)
    return attribute.expression, ()


def _no_expression(span: Span) -> Problem:
    return Problem("syntax-error", "This is not one expression", span, 'Write one value, such as ["a", "b"].')
