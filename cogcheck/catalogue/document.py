"""Writes `rules/README.md`, the catalogue for people, from the rules: `python -m cogcheck.catalogue.document FILE`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from cogcheck.catalogue.configured import with_defaults
from cogcheck.catalogue.explain import KINDS, anchor, documentation, facts, heading
from cogcheck.catalogue.load import Catalogue, Rule, catalogue

# An underscore within a word is no markup.
_MARKUP = re.compile(r"[\\`*\[\]<>|]|(?<!\w)_|_(?!\w)")

_OPENING = """\
# The rules

<!-- Generated from the YAML files beside this one by `make docs`; a test holds it equal. -->

`cogcheck rules` lists these on the command line, and `cogcheck rules ID_OR_SLUG` explains one.
An **error** is a promise: Terraform, the provider or the service refuses this configuration.
A **warning** is forbidden by the documentation or does harm, yet is accepted. **info** is advice.

The first digit of an id says of which kind a rule is; ids are permanent and hold no severity.
Rules with packs are off until one of their packs is asked for: `--pack recommended`.
[The guide](GUIDE.md) tells how to write rules of one's own.
"""


def document(rules: Catalogue) -> str:
    """The whole catalogue in Markdown: a table of each kind, then everything about each rule."""
    rules = with_defaults(rules)
    groups = [(digit, list(group)) for digit, group in groupby(rules.rules, key=lambda rule: rule.id[3])]
    lines = [_OPENING]
    for digit, group in groups:
        lines += [f"## {KINDS.get(digit, 'Other')}", "", *_table(group), ""]
    for _, group in groups:
        for rule in group:
            lines += _section(rule, rules)
    return "\n".join(lines).rstrip() + "\n"


def _table(rules: list[Rule]) -> Iterator[str]:
    yield "| Rule | Severity | What is wrong |"
    yield "|---|---|---|"
    for rule in rules:
        yield f"| [{heading(rule)}](#{anchor(rule)}) | {rule.severity} | {_text(rule.summary)} |"


def _section(rule: Rule, rules: Catalogue) -> Iterator[str]:
    yield f"### {heading(rule)}"
    yield ""
    yield f"{_text(rule.summary)}."
    yield ""
    for text in (rule.why, rule.help):
        if text:
            yield from (_text(text), "")
    for title, code in (("Wrong:", rule.bad), ("Right:", rule.good)):
        if code:
            yield from (title, "", "```terraform", code.rstrip(), "```", "")
    for label, text in facts(rule, rules):
        yield f"- {label}: {_text(text)}"
    if address := documentation(rule, rules):
        yield f"- Reference: <{address}>"
    yield ""


def _text(text: str) -> str:
    """A text in Markdown: what would be markup there stands for itself."""
    return _MARKUP.sub(r"\\\g<0>", text).strip()


def main() -> None:
    """Write the catalogue to the file named on the command line."""
    Path(sys.argv[1]).write_text(document(catalogue()), encoding="utf-8")


if __name__ == "__main__":
    main()
