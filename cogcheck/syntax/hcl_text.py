"""What the text of HCL's tokens means: numbers, escapes in quoted strings, `$${` and `%%{`."""

from __future__ import annotations

import re
from decimal import Decimal

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([nrt\"\\]))|\$\$(?=\{)|%%(?=\{)")
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def number(text: str) -> int | Decimal:
    """The value of a number literal: whole numbers as `int` however they are written, others as `Decimal`."""
    if text.isdecimal() and len(text) <= _LONGEST_INT:
        return int(text)
    value = Decimal(text)
    if value == value.to_integral_value() and value.adjusted() <= _LONGEST_INT:
        return int(value)
    return value


_LONGEST_INT = 4000
"""Python refuses to read longer decimal integers (and `1e999999999` would fill the memory); they stay `Decimal`."""


def unescape(text: str) -> str:
    """A quoted string's literal text without its escapes. What is no valid escape stays as it is."""
    if "\\" not in text and "{" not in text:
        return text
    return _ESCAPE.sub(_replacement, text)


def unescape_heredoc(text: str) -> str:
    """A heredoc's literal text: only `$${` and `%%{` are escapes there."""
    return text.replace("$${", "${").replace("%%{", "%{")


def _replacement(match: re.Match[str]) -> str:
    short, long, simple = match.groups()
    if simple is not None:
        return _SIMPLE_ESCAPES[simple]
    code = short or long
    if code is None:
        return match.group()[0]
    point = int(code, 16)
    # Go writes the replacement character for what is no Unicode scalar value.
    return "\ufffd" if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF else chr(point)
