"""Where to go on after a mistake, so that one mistake makes one finding and the rest of the file is still read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cogcheck.syntax.hcl_source import HEADER, TOP, Opened

_EVENT = re.compile(
    rf"""
      (?P<top>\n(?=\}}|{HEADER}))
    | (?P<newline>\n)
    | (?P<open>[(\[{{])
    | (?P<close>[)\]}}])
    | "(?:[^"\\\n]|\\[^\n])*+"?
    | (?:\#|//)[^\n]*+
    | /\*(?s:.*?)\*/
    | <<-?(?P<marker>[A-Za-z_][\w-]*+)\r?(?=\n)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Recovery:
    """A refusal: where its place begins, how far the text was followed, where to resume if known, what was open."""

    text: str
    start: int
    pos: int
    resume: int | None
    opened: Sequence[Opened]


@dataclass(frozen=True, slots=True)
class Resumption:
    """Where to go on: at the top of the file, or in the same body. `doubtful` where brackets had to be counted."""

    pos: int
    top: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Suspect:
    """The `{` that is to blame for a block without end, and the next place that is surely the top of the file."""

    start: int
    resume: int


def recover(at: Recovery, *, nested: bool, one_line: bool = False) -> Resumption:
    """Find where to go on. `nested` is within a block, `one_line` within one that began on this line."""
    text, size = at.text, len(at.text)
    if at.resume is not None:
        return _resume_at(at, at.resume, nested=nested, one_line=one_line)
    pos, depth = _outside_templates(at)
    doubtful = False
    while (event := _EVENT.search(text, pos)) is not None:
        pos = event.end()
        kind = event.lastgroup
        if kind == "marker":
            pos = _after_heredoc(text, pos, event["marker"])
        elif kind == "close" and depth == 0:
            if nested and event.group() == "}" and (one_line or not _line_before(text, event.start())):
                return Resumption(event.start(), doubtful=doubtful)
        elif kind in _DEPTHS:
            depth += _DEPTHS[kind]
        elif kind is not None and depth == 0:
            return Resumption(pos, doubtful=doubtful)
        elif kind == "top":
            return Resumption(_behind_brace(text, pos), top=True)
        elif kind == "newline":
            doubtful = True
    return Resumption(size, top=nested or depth > 0)


_DEPTHS: dict[str | None, int] = {"open": 1, "close": -1}


def _line_before(text: str, offset: int) -> str:
    """What stands before an offset on its line, without white space around it."""
    return text[text.rfind("\n", 0, offset) + 1 : offset].strip()


def _resume_at(at: Recovery, resume: int, *, nested: bool, one_line: bool) -> Resumption:
    """A known place: the end of a line, or the beginning of one that is surely outside of what was left open."""
    text = at.text
    if resume >= len(text):
        return Resumption(len(text), top=True)
    if text[resume - 1] == "\n":
        return Resumption(resume, top=nested and TOP.match(text, resume) is not None)
    outer = [item for item in at.opened if item.start < at.start and item.sign in "([{"]
    return recover(Recovery(text, resume, resume, None, outer), nested=nested, one_line=one_line)


def _outside_templates(at: Recovery) -> tuple[int, int]:
    """A place outside of strings and heredocs from which brackets can be counted, and how many are open there."""
    depth = 0
    for item in at.opened:
        if item.sign == '"':
            line_end = at.text.find("\n", at.pos)
            quote = at.text.find('"', at.pos, line_end if line_end >= 0 else len(at.text))
            return (quote + 1 if quote >= 0 else at.pos), depth
        if item.sign == "<<":
            return _after_heredoc(at.text, item.start, item.marker), depth
        if item.sign in "([{":
            depth += 1
    return at.start if at.start >= at.pos else at.pos, depth


def _after_heredoc(text: str, pos: int, marker: str) -> int:
    end = re.compile(rf"\n[ \t]*+{re.escape(marker)}[ \t]*+\r?(?=\n)").search(text, pos)
    return end.end() if end else pos


def _behind_brace(text: str, pos: int) -> int:
    """At the beginning of a line at the top: a `}` alone still belongs to what is left out."""
    if text[pos : pos + 1] != "}":
        return pos
    end = text.find("\n", pos)
    return len(text) if end < 0 else end + 1


def suspect(text: str, top: int, innermost: int) -> Suspect:
    """Which `{` is not closed: the first whose `}` is indented less than its own line, else the innermost."""
    opened: list[int] = []
    pos = top
    blamed = innermost
    while event := _EVENT.search(text, pos):
        pos = event.end()
        kind = event.lastgroup
        if kind == "open":
            opened.append(event.start())
        elif kind == "marker":
            pos = _after_heredoc(text, pos, event["marker"])
        elif kind == "close" and opened:
            opening = opened.pop()
            begin, end = _line_indent(text, opening), _line_indent(text, event.start())
            if text.find("\n", opening, event.start()) >= 0 and end[1] == event.start() and end[0] < begin[0]:
                blamed = opening
                break
    following = TOP.search(text, text.find("\n", blamed) + 1 or len(text))
    return Suspect(blamed, following.start() if following else len(text))


def _line_indent(text: str, offset: int) -> tuple[int, int]:
    """How far an offset's line is indented, and where its first character is."""
    start = text.rfind("\n", 0, offset) + 1
    line = text[start : offset + 1]
    width = len(line) - len(line.lstrip(" \t"))
    return width, start + width
