"""Reads JSON into a tree with places: one regex for the tokens, an explicit stack for the nesting."""

from __future__ import annotations

import json
import re
from dataclasses import field
from decimal import Decimal, InvalidOperation
from enum import Enum, auto

from cogcheck.model import Scalar
from cogcheck.record import dataclass
from cogcheck.syntax import hcl_text
from cogcheck.syntax.json_faults import Fault, describe, string_fault
from cogcheck.syntax.json_tree import MAX_DEPTH, Array, Leaf, Member, Node, Object

_MOST_FAULTS = 20
_TOKEN = re.compile(
    r'[ \t\r\n]*(?:("[^"\\\x00-\x1f]*")|([\[\]{},:])|("(?=[^"\\\x00-\x1f]*\\))'
    r"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(true|false|null)(?![A-Za-z0-9_]))"
)
_PLAIN, _MARK, _ESCAPED, _NUMBER, _WORD = range(1, 6)
_COMMENT = re.compile(r"[ \t\r\n]*((?://|#)[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)")
_BLANK = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_DECODER = json.JSONDecoder()


def number(text: str) -> Scalar:
    """A JSON number: whole numbers as `int`, others as `Decimal`. Raises ValueError for one beyond all bounds."""
    if "e" in text or "E" in text:
        try:
            Decimal(text)
        except InvalidOperation:
            raise ValueError("the number is too large") from None
    return hcl_text.number(text)


def clean(text: str) -> str:
    """A string as Go reads it: halves of surrogate pairs become U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def scan(text: str, start: int) -> tuple[Node | None, int, list[Fault]]:
    """The value that begins at `start` (or behind blanks), the offset behind it, and what is wrong with it."""
    scanner = _Scanner(text, start)
    scanner.run()
    return scanner.result, scanner.at, scanner.faults


class _State(Enum):
    VALUE = auto()
    FIRST_ITEM = auto()
    FIRST_KEY = auto()
    KEY = auto()
    COLON = auto()
    NEXT_ITEM = auto()
    NEXT_KEY = auto()
    DONE = auto()


_EXPECTED = {
    _State.VALUE: "a value",
    _State.FIRST_ITEM: 'a value or "]"',
    _State.FIRST_KEY: 'a key in quotes or "}"',
    _State.KEY: "a key in quotes",
    _State.COLON: '":" behind the key',
    _State.NEXT_ITEM: '"," or "]"',
    _State.NEXT_KEY: '"," or "}"',
}
_AFTER = {
    (":", _State.COLON): _State.VALUE,
    (",", _State.NEXT_ITEM): _State.VALUE,
    (",", _State.NEXT_KEY): _State.KEY,
}
_BEFORE_VALUE = (_State.VALUE, _State.FIRST_ITEM)
_BEFORE_KEY = (_State.KEY, _State.FIRST_KEY)


@dataclass(slots=True)
class _Frame:
    """A container that is still open, with the key whose value is awaited."""

    start: int
    is_object: bool
    items: list[Node] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    key: tuple[str, int, int] = ("", 0, 0)

    def node(self, end: int, complete: bool) -> Node:
        if self.is_object:
            return Object(tuple(self.members), self.start, end, complete)
        return Array(tuple(self.items), self.start, end, complete)


class _Scanner:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.at = start
        self.state = _State.VALUE
        self.stack: list[_Frame] = []
        self.result: Node | None = None
        self.faults: list[Fault] = []

    def run(self) -> None:
        """Reads until the value is complete, or until what stands there cannot be read."""
        match_token = _TOKEN.match
        while self.state is not _State.DONE:
            match = match_token(self.text, self.at)
            if match is None:
                if not self._skip_comment():
                    self._stop(self._unreadable())
                continue
            kind = match.lastindex or 0
            start = match.start(kind)
            if kind == _MARK:
                self._mark(self.text[start], start)
            elif kind in (_PLAIN, _ESCAPED) and self._wants_key(start):
                self._key(start, match.end() if kind == _PLAIN else -1)
            else:
                self._scalar(kind, start, match.end())

    def _wants_key(self, start: int) -> bool:
        if self.state is _State.NEXT_KEY:
            self._missing_comma(start)
            self.state = _State.KEY
        return self.state in _BEFORE_KEY

    def _key(self, start: int, end: int) -> None:
        text = self.text[start + 1 : end - 1]
        if end < 0:
            read = self._escaped(start)
            if read is None:
                return
            text, end = read
        self.stack[-1].key = (clean(text), start, end)
        self.at, self.state = end, _State.COLON

    def _scalar(self, kind: int, start: int, end: int) -> None:
        if self.state is _State.NEXT_ITEM:
            self._missing_comma(start)
        elif self.state not in _BEFORE_VALUE:
            self._stop(describe(self.text, start, _EXPECTED[self.state]))
            return
        value: Scalar | None
        if kind == _PLAIN:
            value = clean(self.text[start + 1 : end - 1])
        elif kind == _ESCAPED:
            read = self._escaped(start)
            if read is None:
                return
            value, end = clean(read[0]), read[1]
        elif kind == _WORD:
            value = _WORDS[self.text[start:end]]
        else:
            try:
                value = number(self.text[start:end])
            except ValueError:
                self._stop(Fault("This number is beyond all bounds", start, end))
                return
        self.at = end
        self._add(Leaf(value, start, end))

    def _escaped(self, start: int) -> tuple[str, int] | None:
        try:
            text, end = _DECODER.raw_decode(self.text, start)
        except ValueError:
            self._stop(string_fault(self.text, start))
            return None
        return str(text), end

    def _mark(self, mark: str, start: int) -> None:
        self.at = start + 1
        following = _AFTER.get((mark, self.state))
        if following is not None:
            self.state = following
        elif mark in "{[" and self.state in (_State.VALUE, _State.FIRST_ITEM, _State.NEXT_ITEM):
            if self.state is _State.NEXT_ITEM:
                self._missing_comma(start)
            self._open(mark, start)
        elif mark in "]}" and self._may_close(mark, start):
            self._add(self.stack.pop().node(start + 1, complete=True))
        else:
            self._stop(describe(self.text, start, _EXPECTED[self.state]))

    def _may_close(self, mark: str, start: int) -> bool:
        if not self.stack or self.stack[-1].is_object != (mark == "}"):
            return False
        empty = not self.stack[-1].items and not self.stack[-1].members
        after_comma = self.state is _State.KEY or (self.state is _State.VALUE and mark == "]")
        if after_comma and not empty:
            comma = self.text.rindex(",", 0, start)
            self._note(Fault(f"A comma before the closing {mark}", comma, comma + 1, "Remove the comma.", fatal=False))
            return True
        return self.state in (_State.FIRST_ITEM, _State.FIRST_KEY, _State.NEXT_ITEM, _State.NEXT_KEY)

    def _open(self, mark: str, start: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._stop(Fault(f"The JSON is nested deeper than {MAX_DEPTH} levels", start, start + 1))
            return
        self.stack.append(_Frame(start, mark == "{"))
        self.state = _State.FIRST_KEY if mark == "{" else _State.FIRST_ITEM

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.result, self.state = node, _State.DONE
            return
        frame = self.stack[-1]
        if frame.is_object:
            frame.members.append(Member(*frame.key, node))
            self.state = _State.NEXT_KEY
        else:
            frame.items.append(node)
            self.state = _State.NEXT_ITEM

    def _missing_comma(self, start: int) -> None:
        self._note(Fault("A comma is missing before this", start, start + 1, "Write a comma here.", fatal=False))

    def _note(self, fault: Fault) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)

    def _unreadable(self) -> Fault:
        blank = _BLANK.match(self.text, self.at)
        start = blank.end() if blank is not None else self.at
        if self.text.startswith('"', start):
            return string_fault(self.text, start)
        return describe(self.text, start, _EXPECTED[self.state])

    def _skip_comment(self) -> bool:
        comment = _COMMENT.match(self.text, self.at)
        if comment is None:
            return False
        if not any("comments" in fault.message for fault in self.faults):
            help_ = 'In Terraform JSON, a comment is a "//" key.'
            self._note(Fault("JSON has no comments", comment.start(1), comment.end(1), help_, fatal=False))
        self.at = comment.end()
        return True

    def _stop(self, fault: Fault) -> None:
        """Ends the reading: what is complete so far is kept, what is open is closed and marked."""
        self.faults.append(fault)
        end = max(fault.start, self.stack[-1].start + 1) if self.stack else fault.start
        while self.stack:
            frame = self.stack.pop()
            node = frame.node(end, complete=False)
            if self.stack and self.stack[-1].is_object:
                self.stack[-1].members.append(Member(*self.stack[-1].key, node))
            elif self.stack:
                self.stack[-1].items.append(node)
            else:
                self.result = node
        self.at, self.state = end, _State.DONE
