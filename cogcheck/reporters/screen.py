"""Text on a screen: what a character looks like, how wide it is, and its colour."""

from __future__ import annotations

import re
import unicodedata

from cogcheck.record import dataclass

TAB = 4
"""Columns between tab stops."""

COMMAND = re.compile(r"#(?=#\w*\[)|^\s*:(?=:)")
"""What begins a command to the runner of a workflow: `##[name]` anywhere in a line, `::name::` at its beginning."""
_JOINER = "\u200d"
_BOLD, _DIM = "1", "2"
_COLOURS = {"error": "1;31", "warning": "1;33", "info": "1;36", "undecided": "1;35", "gutter": "1;34", "help": "1;32"}


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours text with plain ANSI sequences, or leaves it as it is."""

    on: bool

    def __call__(self, role: str, text: str) -> str:
        """The text in the colour of a severity, the gutter or help."""
        return self._sgr(_COLOURS[role], text)

    def bold(self, text: str) -> str:
        """The text in bold."""
        return self._sgr(_BOLD, text)

    def dim(self, text: str) -> str:
        """The text in a fainter colour."""
        return self._sgr(_DIM, text)

    def _sgr(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text


def visible(text: str) -> str:
    """The text with everything escaped that a terminal would obey or hide: a scanned file must not write the report."""
    if not text.isascii() or not text.isprintable():
        text = "".join(map(character, text))
    return COMMAND.sub(escaped, text) if "##" in text or "::" in text else text


def escaped(match: re.Match[str]) -> str:
    """The last character of a match as its number."""
    return f"{match[0][:-1]}\\x{ord(match[0][-1]):02x}"


def character(char: str) -> str:
    """A character as it can be shown: escaped where it controls the terminal or is not what it seems."""
    if char.isprintable() or char == _JOINER:
        return char
    if char == "\n":
        return "\\n"
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """How many columns shown text takes: two for East Asian wide characters, none for what combines."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(char: str) -> int:
    if char.isascii():
        return 1
    if char == _JOINER or unicodedata.category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
