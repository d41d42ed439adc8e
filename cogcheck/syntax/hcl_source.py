"""The ground that the syntax checks stand on: a text, a place in it, what is open, and what was found wrong.

The checks follow HCL's own parser (hclsyntax) token by token but build nothing: they only say what it would refuse.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TypeAlias

from cogcheck.record import dataclass

MAX_DEPTH = 100
"""How deep brackets, templates and blocks may nest. Configurations of people stay below 20."""

LONG_GAP = 64
"""White space within expressions costs tree-sitter time that grows with its square: 10,000 blanks take a second."""

# Between tokens: line breaks do not count (FREE) or do (LINE); a comment to the end of the line ends the line.
FREE = re.compile(r"(?:[ \t\n]|\r\n|(?:#|//)[^\n]*|/\*(?s:.*?)\*/)*+")
LINE = re.compile(r"(?:[ \t]|/\*(?s:.*?)\*/)*+")
COMMENT = re.compile(r"(?:#|//)[^\n]*|/\*(?s:.*?)\*/")

# ASCII letters, `_` and all that is not ASCII; within a name also digits and `-`. Named by what they are not: Python
# takes 10 ms to compile a set that goes up to the last character.
NAME_START = r"[^\x00-@\[-^`{-\x7f]"
NAME_PART = r"[^\x00-,./:-@\[-^`{-\x7f]"
IDENTIFIER = re.compile(rf"{NAME_START}{NAME_PART}*+")

# Parts of identifiers since Unicode 15.1, which HCL is older than, and Python from 3.13 on is not.
_LATER = "\u200c\u200d\u30fb\uff65"

# What begins an argument or a block: to tell a forgotten closing bracket from a mistake inside of brackets.
ITEM = re.compile(
    r'[\w-]++[ \t]*+(?:=(?![=>])|(?:(?:"[^"\n]*+"|[\w-]++)[ \t]*+)*+\{[ \t]*+(?:#[^\n]*+)?\r?$)', re.MULTILINE
)

# A block's header at the beginning of a line: in all likelihood the top of the file.
HEADER = r'[A-Za-z_][\w-]*+(?:[ \t]++(?:"[^"\n]*+"|[\w-]++))*+[ \t]*+\{'
TOP = re.compile(rf"^{HEADER}", re.MULTILINE)

_SMART = dict.fromkeys("\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb`'", "Use straight double quotes.")
_SIGNS = {
    ";": "Arguments end with a line break, not with a semicolon.",
    "\r": "It is a carriage return without a line feed; save the file with LF or CR LF line ends.",
    "\u00a0": "It is a non-breaking space; write an ordinary one.",
    "\ufeff": "It is a byte order mark, which may only stand at the very start of a file; delete it.",
    "&": "The operator for \u201cand\u201d is &&.",
    "|": "The operator for \u201cor\u201d is ||.",
    "$": "An interpolation ${ } stands within double quotes; outside of them, write the expression alone.",
    **_SMART,
}


Patches: TypeAlias = dict[int, tuple[int, str]]
"""By its start, a range of the text: its end, and what the readers are shown instead, which has the same length."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that Terraform refuses: offsets, and what to say. `related` are further places, with a message each."""

    start: int
    end: int
    message: str
    help: str | None = None
    slug: str = "syntax-error"
    related: tuple[tuple[str, int, int], ...] = ()


class Refused(Exception):  # noqa: N818 - it says that HCL is refused, not that the program failed
    """A fault after which the text cannot be followed. `resume` is where to go on, if that is known."""

    def __init__(self, fault: Fault, resume: int | None = None, *, final: bool = False) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.resume = resume
        self.final = final


@dataclass(frozen=True, slots=True)
class Opened:
    """Something open: a bracket, `"`, `${`, `%{` or a heredoc (`<<` and its marker)."""

    sign: str
    start: int
    marker: str = ""


class Source:
    """A text and how far it was followed."""

    def __init__(self, text: str, *, comments: bool = False, plain: bool = False) -> None:
        self.text = text
        self.size = len(text)
        self.pos = 0
        self.newlines = True
        self.opened: list[Opened] = []
        self.faults: list[Fault] = []
        self.patches: Patches = {}
        self.comments: dict[int, int] | None = {} if comments else None
        self.plain = plain
        self._watching = comments or plain

    def skip(self) -> str:
        """Go to the next token; the character there, or an empty string at the end."""
        start = self.pos
        self.pos = end = (LINE if self.newlines else FREE).match(self.text, start).end()  # type: ignore[union-attr]
        if end > start and (self._watching or end - start > LONG_GAP):
            self._stepped_over(start, end, join=not self.newlines)
        return self.text[end : end + 1]

    def skip_lines(self, *, join: bool = False) -> str:
        """Go to the next token, over any line breaks; `join` where these should not be there."""
        start = self.pos
        self.pos = end = FREE.match(self.text, start).end()  # type: ignore[union-attr]
        if end > start and (self._watching or end - start > LONG_GAP):
            self._stepped_over(start, end, join=join)
        return self.text[end : end + 1]

    def _stepped_over(self, start: int, end: int, *, join: bool) -> None:
        self.collect(start, end)
        if not self.plain:
            if end - start > LONG_GAP:
                # The line break ends a heredoc's marker.
                head = "\n/*" if "\n" in self.text[start:end] else "/*"
                self.show(start, end, head + "x" * (end - start - len(head) - 2) + "*/")
        elif join:
            self.show(start, end, "")
        else:
            for match in COMMENT.finditer(self.text, start, end):
                self.show(match.start(), match.end(), "")

    def collect(self, start: int, end: int) -> None:
        """Remember the comments in a range that holds only white space and comments."""
        if self.comments is not None:
            for match in COMMENT.finditer(self.text, start, end):
                self.comments[match.start()] = match.end()

    def show(self, start: int, end: int, instead: str) -> None:
        """Show the readers something of the same length, as neither knows this way of writing it."""
        self.patches[start] = end, instead.ljust(end - start)

    def show_plain(self, start: int, end: int, character: str) -> None:
        """Show the second reader one character all over a range: its lexer knows less."""
        if self.plain:
            self.patches[start] = end, character * (end - start)

    def at_line_end(self) -> bool:
        """Whether a line break, a comment to the end of the line, or the end of the text is next."""
        text, pos = self.text, self.pos
        return pos >= self.size or text[pos] in "\n#" or text.startswith(("//", "\r\n"), pos)

    def identifier(self) -> str | None:
        """Read an identifier, if one is next."""
        match = IDENTIFIER.match(self.text, self.pos)
        if match is None:
            return None
        name = match.group()
        if not name.isascii():
            self._check_identifier(name)
        self.pos = match.end()
        return name

    def _check_identifier(self, name: str) -> None:
        for index, character in enumerate(name):
            if character == "-" and index:
                continue
            if character in _LATER or not ("_" + character if index else character).isidentifier():
                raise self.invalid_character(self.pos + index)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def line_number(self, offset: int) -> int:
        """The number of the line of an offset."""
        return bisect_right(self._line_starts, offset)

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, before its line break."""
        end = self.text.find("\n", offset)
        return self.size if end < 0 else end

    def indent(self, offset: int) -> int:
        """How far the line of an offset is indented."""
        start = self.line_start(offset)
        line = self.text[start : self.line_end(start)]
        return len(line) - len(line.lstrip(" \t"))

    def first_on_line(self, offset: int) -> bool:
        """Whether only white space stands before an offset on its line."""
        return not self.text[self.line_start(offset) : offset].strip()

    def complain(
        self,
        start: int,
        end: int,
        message: str,
        help_: str | None = None,
        related: tuple[tuple[str, int, int], ...] = (),
    ) -> None:
        """Note a fault that leaves no doubt about what was meant, and go on."""
        self.faults.append(Fault(start, end, message, help_, "syntax-error", related))

    def refused(
        self, start: int, end: int, message: str, help_: str | None = None, resume: int | None = None
    ) -> Refused:
        """The exception for a fault after which what was meant is unknown."""
        return Refused(Fault(start, max(end, min(start + 1, self.size)), message, help_), resume)

    def invalid_character(self, offset: int) -> Refused:
        """The exception for a character that has no meaning in HCL."""
        character = self.text[offset]
        if self.text.startswith("/*", offset):
            fault = Fault(offset, offset + 2, "This comment is never closed", "Add */ where it ends.")
            return Refused(fault, final=True)
        shown = character if character.isprintable() and character != " " else f"U+{ord(character):04X}"
        return self.refused(offset, offset + 1, f"The character {shown} cannot stand here", _SIGNS.get(character))

    def open(self, sign: str, width: int, marker: str = "") -> None:
        """Step over an opening sign."""
        if len(self.opened) >= MAX_DEPTH:
            raise self.refused(self.pos, self.pos + width, f"This is nested too deeply: more than {MAX_DEPTH} levels")
        self.opened.append(Opened(sign, self.pos, marker))
        self.pos += width

    def close(self, sign: str) -> None:
        """Step over the closing sign of what was opened last, or say what is wrong with it."""
        if not self.text.startswith(sign, self.pos):
            raise self.unclosed(f"{sign} was expected")
        self.pos += len(sign)
        self.opened.pop()

    def unclosed(self, expected: str) -> Refused:
        """The exception for something unexpected within brackets: is it there, or was a bracket left open before?"""
        opened = self.opened[-1]
        pos = self.pos
        place = opened.start, opened.start + len(opened.sign), f"This {opened.sign} is never closed"
        in_template = opened.sign in {"${", "%{"}
        if pos >= self.size or (in_template and self.text[pos] == '"'):
            return self.refused(*place)
        resume = self.line_start(pos)
        if resume > opened.start and self.first_on_line(pos):
            if in_template:
                return self.refused(*place)
            if ITEM.match(self.text, pos) or self.indent(pos) < self.indent(opened.start):
                return self.refused(*place, resume=resume)
        line = self.line_number(opened.start)
        where = "" if line == self.line_number(pos) else f" of line {line}"
        return self.unexpected(expected, f"The {opened.sign}{where} is still open here.")

    def unexpected(self, expected: str, help_: str | None = None) -> Refused:
        """The exception for a token that cannot stand where it stands."""
        pos = self.pos
        if pos >= self.size:
            return self.refused(max(pos - 1, 0), pos, f"The file ends here, but {expected}")
        character = self.text[pos]
        if self.at_line_end():
            place = max(len(self.text[:pos].rstrip()) - 1, 0)
            return self.refused(place, place + 1, f"The line ends here, but {expected}", help_)
        found = _TOKEN.match(self.text, pos)
        if found is None or character in _SIGNS or self.text.startswith("/*", pos):
            return self.invalid_character(pos)
        shown = found.group()
        if len(shown) > 30:
            shown = shown[:27] + "..."
        return self.refused(pos, found.end(), f"Found {shown} here, but {expected}", _WORDS.get(shown, help_))


_WORDS = {"and": "The operator for \u201cand\u201d is &&.", "or": "The operator for \u201cor\u201d is ||."}
_TOKEN = re.compile(
    r'[A-Za-z_][\w-]*|\d+(?:\.\d+)?|"[^"\n]*"|<<-?\w*|\.\.\.|=>|[=!<>]=|&&|\|\||[$%]\{|::|:=|[!-~]', re.ASCII
)
