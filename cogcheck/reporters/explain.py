"""The rules themselves: a list, everything about one, or data."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from cogcheck.catalogue.explain import KINDS, as_data, documentation, facts, link
from cogcheck.reporters.screen import Paint

if TYPE_CHECKING:
    from cogcheck.catalogue.load import Catalogue, Rule
    from cogcheck.reporters import View

_WIDEST = 100


def as_json(rules: Sequence[Rule], catalogue: Catalogue) -> str:
    """The rules for programs."""
    return json.dumps([as_data(rule, catalogue) for rule in rules], indent=2) + "\n"


def as_list(rules: Sequence[Rule], view: View, *, wrap: bool = False) -> str:
    """A line for each rule, by kind; with `wrap`, a summary that is too long for the terminal has lines of its own."""
    paint = Paint(view.color)
    wide = max((len(rule.slug) for rule in rules), default=0)
    lines: list[str] = []
    for digit, group in groupby(rules, key=lambda rule: rule.id[3]):
        lines += ["", paint.bold(KINDS.get(digit, "Other"))]
        for rule in group:
            severity = paint(rule.severity, f"{rule.severity:7}")
            lead = f"  {rule.id}  {severity}  {rule.slug:{wide}}  "
            fits = not wrap or len(rule.id) + wide + 15 + len(rule.summary) <= view.columns
            lines.append(f"{lead}{paint.dim(rule.summary)}" if fits else lead.rstrip())
            lines += [] if fits else map(paint.dim, _paragraph(rule.summary, view.columns, " " * 11))
    count = f"{len(rules)} rule{'' if len(rules) == 1 else 's'}"
    return "\n".join([*lines[1:], "", f"{count}. Explain one: cogcheck rules ID_OR_SLUG"]) + "\n"


def in_full(rules: Sequence[Rule], catalogue: Catalogue, view: View) -> str:
    """Everything about each rule."""
    return "\n\n".join("\n".join(_page(rule, catalogue, view)) for rule in rules) + "\n"


def _page(rule: Rule, catalogue: Catalogue, view: View) -> Iterator[str]:
    paint = Paint(view.color)
    width = min(view.columns, _WIDEST)
    yield f"{paint.bold(rule.id)} {paint(rule.severity, rule.slug)}"
    yield from _paragraph(f"{rule.summary}.", width, "")
    for title, text in (("Why", rule.why), ("Way out", rule.help)):
        if text:
            yield from ("", paint.bold(title), *_paragraph(text, width, "  "))
    for title, code in (("Wrong", rule.bad), ("Right", rule.good)):
        if code:
            yield from ("", paint.bold(title), *textwrap.indent(code.rstrip(), "  ").split("\n"))
    yield ""
    for label, text in facts(rule, catalogue):
        yield from _labelled(label, text, width, paint)
    for label, address in (("Reference", documentation(rule, catalogue)), ("Link", link(rule))):
        if address:
            yield f"{paint.dim(f'{label:<11}')} {address}"


def _paragraph(text: str, width: int, margin: str) -> list[str]:
    return textwrap.wrap(text, max(width, 40), initial_indent=margin, subsequent_indent=margin)


def _labelled(label: str, text: str, width: int, paint: Paint) -> Iterator[str]:
    lines = textwrap.wrap(text, max(width - 12, 40)) or [""]
    yield f"{paint.dim(f'{label:<11}')} {lines[0]}"
    for line in lines[1:]:
        yield f"{'':12}{line}"
