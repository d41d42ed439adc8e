"""What can be wrong with JSON, in words."""

from __future__ import annotations

import re

from cogcheck.model import Document, Problem, Span
from cogcheck.record import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place of a text. `fatal` where nothing behind it could be read."""

    message: str
    start: int
    end: int
    help: str | None = None
    fatal: bool = True
    slug: str = "broken-json"

    def problem(self, document: Document) -> Problem:
        """The fault as a problem of a document."""
        return Problem(self.slug, self.message, Span(document, self.start, self.end), help=self.help)


def describe(text: str, at: int, expected: str) -> Fault:
    """What is wrong where `expected` (in words) does not stand."""
    rest = text[at : at + 40]
    if not rest.strip(" \t\r\n"):
        end = len(text.rstrip(" \t\r\n"))
        message = f"The JSON breaks off here: expected {expected}" if end else "The file is empty: expected JSON"
        return Fault(message, end, end, "Was the file cut off while it was written?" if end else None)
    for pattern, message, help_ in _SLIPS:
        if (found := pattern.match(rest)) is not None:
            return Fault(f"{message}: expected {expected}", at, at + found.end(), help_)
    return Fault(f"Expected {expected}, not {_shown(rest[0])}", at, at + 1)


def string_fault(text: str, start: int) -> Fault:
    """What is wrong with the string that opens at `start`."""
    broken = _STRING_END.match(text, start + 1)
    at = broken.end() if broken is not None else start + 1
    if at >= len(text) or _CUT_ESCAPE.fullmatch(text, at) is not None:
        return Fault("This string is not closed before the JSON ends", start, len(text.rstrip()))
    if text[at] == "\\":
        return Fault(f"{_shown(text[at : at + 2])} is no JSON escape", at, at + 2, "Write a backslash as \\\\.")
    if text[at] == "\n":
        return Fault("This string is not closed on its line", start, at, "Write a line break in a string as \\n.")
    return Fault(f"A control character {_shown(text[at])} in a string", at, at + 1, "Write it as \\u and four digits.")


def decoder_fault(text: str, at: int, message: str) -> Fault:
    """A fault of the standard library's decoder, in the same words as the others."""
    if message.startswith(("Unterminated string", "Invalid control", "Invalid \\")):
        start = at if message.startswith("Unterminated") else _string_start(text, at)
        return string_fault(text, start)
    if message.startswith("Extra data"):
        return surplus(text, at)
    expected = next((words for start, words in _EXPECTED.items() if message.startswith(start)), None)
    if expected is None:
        return Fault(f"The JSON cannot be read: {message}", at, min(at + 1, len(text)))
    return describe(text, at, expected)


def surplus(text: str, at: int) -> Fault:
    """Something that stands behind the end."""
    return Fault(f"The JSON ends before this: {_shown(text[at])} is too much", at, at + 1)


def _shown(text: str) -> str:
    return f"U+{ord(text):04X}" if len(text) == 1 and not text.isprintable() else f"`{text}`"


def _string_start(text: str, at: int) -> int:
    """The opening quote of the string around an offset: the nearest that no backslash stands before."""
    start = text.rfind('"', 0, at)
    while start > 0 and text[start - 1] == "\\":
        start = text.rfind('"', 0, start)
    return max(start, 0)


_STRING_END = re.compile(r'(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*')
_CUT_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{0,3})?")
_SLIPS = (
    (re.compile(r"'"), "JSON's quotes are double", "Write \"...\" instead of '...'."),
    (re.compile(r"//|/\*|#"), "JSON has no comments", 'In Terraform JSON, a comment is a "//" key.'),
    (re.compile(r"(?:NaN|-?Infinity)"), "JSON has no such number", None),
    (re.compile(r"(?:True|False|None)\b"), "This is Python, not JSON", "Write true, false and null."),
    (re.compile(r"="), "JSON has a colon here", "Write : instead of =."),
    (re.compile(r"[A-Za-z_][\w-]*"), "A word without quotes", 'Names and texts stand in double quotes: "...".'),
)
_EXPECTED = {
    "Expecting value": "a value",
    "Expecting property name": 'a key in quotes or "}"',
    "Expecting ':'": '":" behind the key',
    "Expecting ','": '"," or the closing bracket',
    "Illegal trailing comma": "something behind the comma",
}
