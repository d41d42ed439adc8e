"""Ignores as written: in comments of HCL, and under the `"//"` key of Terraform JSON.

`# cogcheck:ignore=RULE[, RULE] -- reason` holds for its line (on a line of its own: for the next one) with everything
that begins there, so on or above the header of a block it holds for the block. `cogcheck:ignore-file=` at the top
holds for the file. RULE is an id, a slug, the beginning of ids, or `all`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cogcheck.model import Span
from cogcheck.record import dataclass
from cogcheck.syntax.body import Body, Comment, ParsedFile

MARK = "cogcheck:"
MOST_TARGETS = 500
"""More names than there are rules need no reading one by one."""
FORM = "Write cogcheck:ignore=RULE -- reason."

_DIRECTIVE = re.compile(r"(?:^(?://|/\*)|(?<=[\s#*]))cogcheck:[ \t]*([a-z-]*)[ \t]*(=?)")
_REASON = re.compile(r"(?:^|(?<=\s))--(?=\s|$)")
_NEXT_COMMENT = re.compile(r"#|//")


@dataclass(frozen=True, slots=True)
class Target:
    """A rule as named by an ignore, and where."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Ignore:
    """One ignore: what it names, why, and where it holds.

    `line` is the line (from 1) whose findings it covers, None where it is about blocks or the file only; `areas` are
    the offsets, end exclusive, within which findings must begin. `fault` says why it cannot be understood.
    """

    span: Span
    targets: tuple[Target, ...]
    reason: str
    line: int | None = None
    areas: tuple[tuple[int, int], ...] = ()
    whole_file: bool = False
    fault: str | None = None


def last_line(span: Span) -> int:
    """The line of a span's last character."""
    return span.document.position(max(span.start, span.end - 1))[0]


def in_comments(file: ParsedFile) -> Iterator[Ignore]:
    """The ignores in the comments of a file."""
    marked = [comment for comment in file.comments if MARK in comment.text]
    if not marked:
        return
    beginnings = _beginnings(file.body)
    landings = _landings(file)
    first = min((start for areas in beginnings.values() for start, _ in areas), default=len(file.document.text))
    for comment in marked:
        matches = list(_DIRECTIVE.finditer(comment.text))
        ends = [*(match.start() for match in matches[1:]), len(comment.text)]
        for match, end in zip(matches, ends, strict=False):
            ignore = _read(comment, match, end)
            if ignore is not None:
                yield _placed(ignore, comment, match[1] == "ignore-file", landings, beginnings, first)


def _landings(file: ParsedFile) -> dict[int, int]:
    """For each line on which a comment on lines of its own begins: the next line that is none."""
    landings: dict[int, int] = {}
    for comment in reversed(file.comments):
        if comment.own_line and not _code_after(comment):
            first, last = _lines(comment)
            landings[first] = landings.get(last + 1, last + 1)
    return landings


def _lines(comment: Comment) -> tuple[int, int]:
    return comment.span.first[0], last_line(comment.span)


def _read(comment: Comment, match: re.Match[str], end: int) -> Ignore | None:
    """What a directive that ends there or with its line says, not yet where it holds.

    None for prose that happens to hold the program's name.
    """
    word, equals = match[1], match[2]
    line_end = comment.text.find("\n", match.end(), end)
    end = end if line_end < 0 else line_end
    rest = comment.text[match.end() : end].removesuffix("*/")
    start = comment.text.index(MARK, match.start())
    span = _part(comment, start, match.end() + len(rest.rstrip()))
    if word not in ("ignore", "ignore-file"):
        return Ignore(span, (), "", fault=f"{MARK}{word} means nothing") if word and equals else None
    cut = _REASON.search(rest)
    reason = rest[cut.end() :].strip() if cut else ""
    named = rest[: cut.start()] if cut else rest
    stop = _NEXT_COMMENT.search(named)
    targets = tuple(_targets(comment, match.end(), named[: stop.start()] if stop else named))
    fault = None if targets and equals else f"this {MARK}{word} names no rule"
    if len(targets) > MOST_TARGETS:
        fault = f"this {MARK}{word} names more than {MOST_TARGETS} rules; write all"
    return Ignore(span, targets if equals else (), reason, fault=fault)


def _targets(comment: Comment, offset: int, text: str) -> Iterator[Target]:
    for part in text.split(","):
        name = part.strip()
        if name:
            start = offset + part.index(name[0])
            yield Target(name, _part(comment, start, start + len(name)))
        offset += len(part) + 1


def _part(comment: Comment, start: int, end: int) -> Span:
    return Span(comment.span.document, comment.span.start + start, comment.span.start + end)


def _placed(
    ignore: Ignore,
    comment: Comment,
    for_file: bool,
    landings: Mapping[int, int],
    beginnings: Mapping[int, Sequence[tuple[int, int]]],
    first: int,
) -> Ignore:
    """The ignore with the place that it holds for."""
    if ignore.fault:
        return ignore
    if for_file:
        if comment.span.start > first:
            fault = f"{MARK}ignore-file must stand above everything else in the file"
            return Ignore(ignore.span, ignore.targets, ignore.reason, fault=fault)
        return Ignore(ignore.span, ignore.targets, ignore.reason, whole_file=True)
    first_line, last_line = _lines(comment)
    line = landings.get(first_line, last_line) if comment.own_line else last_line
    areas = tuple(beginnings.get(line, ()))
    return Ignore(ignore.span, ignore.targets, ignore.reason, line, areas)


def _code_after(comment: Comment) -> bool:
    text = comment.span.document.text
    end = text.find("\n", comment.span.end)
    return bool(text[comment.span.end : end if end >= 0 else len(text)].strip())


def _beginnings(body: Body) -> dict[int, list[tuple[int, int]]]:
    """The offsets of all attributes and blocks, by the line on which each begins."""
    found: dict[int, list[tuple[int, int]]] = {}
    pending = [body]
    while pending:
        inner = pending.pop()
        for span in (*(one.span for one in inner.attributes.values()), *(block.span for block in inner.blocks)):
            found.setdefault(span.first[0], []).append((span.start, span.end))
        pending.extend(block.body for block in inner.blocks)
    return found
