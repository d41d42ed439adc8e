"""Reading HCL: chooses the reader and adds what both readers leave out."""

from __future__ import annotations

from cogcheck.model import Document, Problem, Span
from cogcheck.syntax.body import Expression, Literal, ParsedFile
from cogcheck.syntax.hcl_tree_sitter import TreeSitterReader


def parse(document: Document) -> ParsedFile:
    """Read a configuration file. Never raises: what cannot be read is in the problems."""

    def span(start: int, end: int) -> Span:
        return Span(document, start, end)

    return ParsedFile(document, TreeSitterReader(document.text, span).root())


def template(text: str, span: Span) -> tuple[Expression, tuple[Problem, ...]]:
    """Read the text of a JSON string as a template; every node gets the string's span."""
    if "${" not in text and "%{" not in text:
        return Literal(text, span), ()
    reader = TreeSitterReader(f"x = <<COGCHECK\n{text}\nCOGCHECK\n", lambda start, end: span)
    return reader.root().attributes["x"].expression, ()


def expression(text: str, span: Span) -> tuple[Expression, tuple[Problem, ...]]:
    """Read a bare expression, such as a variable's value on the command line; every node gets the span."""
    reader = TreeSitterReader(f"x = {text}\n", lambda start, end: span)
    return reader.root().attributes["x"].expression, ()
